// script.hpp: paths, and the program's own file, read by the trusted command: in the sandbox the program cannot read it.
#pragma once

#include <string>

namespace hog::cli {

enum class ScriptOutcome : unsigned char { Read, IsDirectory, Failed };

// The file's bytes. On failure *error is the errno.
ScriptOutcome read_script(const char* path, std::string* text, int* error);
// What stands in standard input.
void read_standard_input(std::string* text);
// The path from the root, as CPython writes it: nothing is resolved, only "./" in front goes.
std::string absolute_path(const char* path);
// sys.path[0] for a program's file: the folder that the file really is in.
std::string folder_of_script(const char* path);
// The absolute path of this command: its name looked up along PATH when it has no slash. Empty when that is not found.
std::string find_executable(const char* program_name);
bool is_open(int descriptor);
// repr() of a str, for messages before (and without) an interpreter.
std::string quoted(const std::string& text);

}  // namespace hog::cli
