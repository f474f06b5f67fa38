// session.hpp: one isolate with what the options grant it, and programs run in it as __main__.
#pragma once

#include "embed/compiler_service.hpp"
#include "host/seeded_entropy.hpp"
#include "options.hpp"
#include "clock.hpp"
#include "sandbox.hpp"
#include "search_path.hpp"
#ifdef HOG_HOST_ENV
#include "os/environment.hpp"
#include "os/file_system.hpp"
#endif
#include "stdio.hpp"
#include "vm/isolate.hpp"

namespace hog::cli {

class Session {
 public:
  explicit Session(const Options& options) : options_(options) {}
  ~Session();

  // arguments: sys.argv. first_path: sys.path[0], null for none. False: not enough memory even to begin.
  bool start(const std::vector<const char*>& arguments, const std::string* first_path);
  // Before start(): the exit status of a grant that was refused, or -1.
  int refused() { return grant(); }
  // After start(): from here on the budget counts, and a sandbox's process keeps only the rights that it needs.
  void begin_program();
  Thread& thread() { return isolate_->main_thread(); }
  Isolate& isolate() { return *isolate_; }
  Dict* main_globals();

  // Each answers whether the program ended without an exception; a pending one is the caller's.
  Fallible<void> run_command(const std::string& text);
  // file: __file__, null for none. Bytes may be in any declared encoding.
  Fallible<void> run_text(const std::string& bytes, const char* name, const char* file);
  // A .pyc file.
  Fallible<void> run_compiled(const char* path);
  Fallible<void> run_module(const char* name, bool set_argument);
  // The file that PYTHONSTARTUP names: run before a prompt.
  Fallible<void> run_startup();
  // A directory or archive that sys.path_hooks know: put in front of sys.path. False: it is neither.
  Fallible<bool> adopt_as_path(const char* path);

  // Prompts and runs until the input ends; answers the exit status. For -i, with `banner` for a bare prompt.
  int interact(bool banner);

 private:
  int grant();
  Fallible<bool> run_line_editor();
  Fallible<void> set_up_streams();
  Fallible<void> import_warnings();
  Fallible<void> add_session_names();
  Fallible<void> run_site(const std::vector<PackageFolder>& folders, const std::string* first_path);
  Fallible<void> insert_path(const char* path);
  Fallible<void> enable_fault_handler();

  const Options& options_;
  ProcessStdio stdio_;
  SystemClock clock_;
  SystemEntropy entropy_;
  SeededEntropy seeded_;
#ifdef HOG_HOST_ENV
  ProcessEnvironment environment_;
  SystemFileSystem files_;
  Process process_;
  Network network_;
#endif
  Host host_;
  SandboxGrants granted_;
  SourceCompiler compiler_;
  std::vector<const ModuleSpec*> modules_;  // what the isolate may import, ended by null
  Isolate* isolate_ = nullptr;
};

}  // namespace hog::cli
