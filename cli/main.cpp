// main.cpp: the hognose command: options, then one program (or prompt) in one isolate, then its exit status.
// Ref: docs/command.md.
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>

#include "object/protocol.hpp"
#include "script.hpp"
#include "session.hpp"

namespace hog::cli {

namespace {

constexpr int kExitNoMemory = 70;

// A program as the options name it: what is read before an isolate exists.
struct Program {
  std::string text;
  std::string name;                 // code's file name
  std::vector<const char*> arguments;  // sys.argv
  std::string path;                 // sys.path[0]
  bool is_directory = false;
};

bool is_interactive(const Options& options) { return options.flags.interactive != 0 || isatty(0) != 0; }

// -1, or the exit status when there is no such file.
int open_file(const Options& options, Program* program) {
  int error = 0;
  std::string full = absolute_path(options.program);
  ScriptOutcome outcome = read_script(full.c_str(), &program->text, &error);
  if (outcome == ScriptOutcome::Failed) {
    std::fprintf(stderr, "%s: can't open file %s: [Errno %d] %s\n", options.program_name, quoted(full).c_str(), error,
                 std::strerror(error));
    return 2;
  }
  // The sandbox is not told where on the machine the file lies.
  program->name = options.sandbox ? options.program : full;
  program->is_directory = outcome == ScriptOutcome::IsDirectory;
  if (!options.sandbox) program->path = folder_of_script(full.c_str());
  if (options.skip_first_line) program->text.erase(0, program->text.find('\n'));
  return -1;
}

int prepare(const Options& options, Program* program) {
  static const char* const kFirst[] = {"", nullptr, "-c", "-m", "-"};
  const char* first = kFirst[static_cast<int>(options.source)];
  program->arguments.push_back(first == nullptr ? options.program : first);
  for (const char* argument : options.arguments) program->arguments.push_back(argument);
  if (options.source == Source::File) return open_file(options, program);
  if (options.source == Source::Module) program->path = absolute_path("");
  return -1;
}

Fallible<void> run_file(Session& session, const Options& options, const Program& program, bool* not_a_program) {
  // A zip archive begins like this; anything else that a path hook might know does not occur as a file.
  bool archive = program.text.starts_with("PK\3\4") || program.text.starts_with("PK\5\6");
  if ((archive || program.is_directory) && !options.sandbox) {
    if (TRY(session.adopt_as_path(program.name.c_str()))) return session.run_module("__main__", false);
  }
  if (program.is_directory) {
    std::fprintf(stderr, "%s: %s is a directory, cannot continue\n", options.program_name, quoted(program.name).c_str());
    *not_a_program = true;
    return {};
  }
  if (program.name.ends_with(".pyc") && !options.sandbox) return session.run_compiled(program.name.c_str());
  return session.run_text(program.text, program.name.c_str(), program.name.c_str());
}

void tell_termination(const Options& options, Limit limit) {
  static constexpr const char* kWhat[] = {"", "it used up its instructions (--max-instructions)", "it used up its time (--timeout)",
                                          "it used up its memory (--max-memory)", "it used up the native stack",
                                          "it wrote too much (--max-output)", "it called the host too often (--max-host-calls)",
                                          "it was cancelled"};
  std::fprintf(stderr, "%s: the program was terminated: %s\n", options.program_name, kWhat[static_cast<int>(limit)]);
}

int run(const Options& options) {
  Program program;
  if (int status = prepare(options, &program); status >= 0) return status;
  Session session(options);
  bool in_folder = options.source == Source::File && (program.is_directory || program.text.starts_with("PK"));
  bool first_path = !options.sandbox && !options.flags.safe_path && !in_folder;
  if (int status = session.refused(); status >= 0) return status;
  if (!session.start(program.arguments, first_path ? &program.path : nullptr)) return kExitNoMemory;
  Thread& t = session.thread();
  // Roots lie below this frame from here on; session.start() entered from a deeper one.
  session.isolate().enter(t);
  session.begin_program();
  Fallible<void> done;
  bool prompt = false, refused = false;
  switch (options.source) {
    case Source::Command: done = session.run_command(options.program); break;
    case Source::Module: done = session.run_module(options.program, true); break;
    case Source::File: done = run_file(session, options, program, &refused); break;
    case Source::None:
    case Source::Input:
      prompt = is_interactive(options);
      if (!prompt) {
        read_standard_input(&program.text);
        done = session.run_text(program.text, "<stdin>", nullptr);
      }
      break;
  }
  int status = refused ? 1 : 0;
  bool inspect = options.flags.inspect != 0 && !prompt;
  session.isolate().open_memory_reserve();
  if (done.failed()) status = program_failure_status_py(t, inspect);
  if (t.terminated()) tell_termination(options, t.termination());
  else if (prompt || inspect) status = session.interact(prompt);
  status = finish_program_py(t, status);
  return t.terminated() ? kExitLimit : status;
}

}  // namespace

}  // namespace hog::cli

int main(int argc, char** argv) {
  using namespace hog::cli;
  // Local time reads the zone's file once: now, so that no file is opened after the program has started.
  tzset();
  Options options;
#ifndef HOG_HOST_ENV
  options.sandbox = true;
#endif
  if (int status = parse_options(argc, argv, &options); status >= 0) return status;
  if (options.help != Help::None) {
    print_help(options, options.help);
    return 0;
  }
  if (options.version != 0) {
    print_version(options);
    return 0;
  }
  if (int status = resolve_environment(&options); status >= 0) return status;
  // Writing to a closed pipe is an error that a program sees, not its end.
  signal(SIGPIPE, SIG_IGN);
  int status = run(options);
  if (status == hog::kExitInterrupted && !options.sandbox) {
    // So that a shell sees what ended the program.
    signal(SIGINT, SIG_DFL);
    kill(getpid(), SIGINT);
  }
  return status;
}
