// template-kainjow.cc - the same template and data through kainjow's Mustache (Debian: libkainjow-mustache-dev)
//
//     template-kainjow FILE DATA.json COUNT
//
// Prints microseconds for one rendering.  The template is compiled once; partials stand beside FILE and are compiled by the library each
// time they are named, which is what it offers.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>

#include <jansson.h>
#include <kainjow/mustache.hpp>

using kainjow::mustache::data;
using kainjow::mustache::mustache;
using kainjow::mustache::partial;

static std::string read(const std::string &path)
{
    std::ifstream file(path, std::ios::binary);
    std::stringstream text;

    text << file.rdbuf();
    return text.str();
}

static data from_json(const json_t *json)
{
    if (json_is_object(json)) {
        data object;
        const char *key;
        json_t *value;

        json_object_foreach (const_cast<json_t *>(json), key, value)
            object.set(key, from_json(value));
        return object;
    }
    if (json_is_array(json)) {
        data list{data::type::list};
        size_t i;
        const json_t *value;

        json_array_foreach(json, i, value)
            list << from_json(value);
        return list;
    }
    return json_is_string(json) ? data(std::string(json_string_value(json))) : data(false);
}

int main(int argc, char **argv)
{
    if (argc != 4)
        return 2;
    const std::string path = argv[1], folder = path.substr(0, path.rfind('/'));
    mustache text(read(path));
    json_t *json = json_load_file(argv[2], 0, nullptr);
    data values = from_json(json);
    const long count = std::atol(argv[3]);
    std::string output;

    for (const auto &entry : std::filesystem::directory_iterator(folder)) {
        const std::string name = entry.path().stem().string();

        if (entry.path().extension() == ".mustache") {
            const std::string part = read(entry.path().string());

            values.set(name, partial([part]() { return part; }));
        }
    }
    output = text.render(values);
    const auto began = std::chrono::steady_clock::now();
    for (long i = 0; i < count; i++)
        output = text.render(values);
    const std::chrono::duration<double, std::micro> took = std::chrono::steady_clock::now() - began;
    std::fprintf(stderr, "%.3f\n", took.count() / static_cast<double>(count));
    std::fwrite(output.data(), 1, output.size(), stdout);
    json_decref(json);
    return text.is_valid() ? 0 : 1;
}
