/* empty.c - what starting any program costs: the yardstick beside mailgw-deliver (linked statically) */
int
main(void)
{
    return 0;
}
