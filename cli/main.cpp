// main.cpp: the hognose command.
#include <time.h>

#include <cstdio>
#include <string>

#include "embed/compiler_service.hpp"
#include "embed/library.hpp"
#include "embed/native_modules.hpp"
#include "modules/all_modules.hpp"
#include "modules/program.hpp"
#include "modules/traceback_print.hpp"
#include "object/bootstrap.hpp"
#include "os/clock.hpp"
#ifdef HOG_HOST_ENV
#include "os/environment.hpp"
#include "os/file_system.hpp"
#endif
#include "os/stdio.hpp"
#include "vm/importing.hpp"
#include "vm/isolate.hpp"
#include "vm/vm_shapes.hpp"

namespace {

using namespace hog;

bool read_file(const char* path, std::string* text) {
  FILE* file = std::fopen(path, "rb");
  if (file == nullptr) return false;
  char buffer[65536];
  size_t n;
  while ((n = std::fread(buffer, 1, sizeof buffer, file)) != 0) text->append(buffer, n);
  std::fclose(file);
  return true;
}

Fallible<Value> run_text(Thread& t, Isolate& isolate, const std::string& source, const char* filename) {
  CompileRequest request;
  request.source = source;
  request.filename = TRY(Str::from_utf8(t, filename));
  TRY(remember_source(t, request.filename, source));
  Value code = TRY(isolate.config().compiler->compile_py(t, request));
  auto* main = as<Module>(isolate.slots[Isolate::kMainModule].get());
  return isolate.run_code(t, as<Code>(code), main->dict(), Value());
}

// The sandbox grants the streams, the clock and random bytes, and nothing else.
enum class Mode { Host, Sandbox };

int run(const std::string& source, const char* filename, const char* const* arguments, int argument_count, Mode mode) {
  initialize_runtime(module_types(), vm_internal_shapes(), native_module_list());
  ProcessStdio stdio;
  SystemClock clock;
  SystemEntropy entropy;
  Host host;
  host.stdio = &stdio;
  host.clock = &clock;
  // A sandbox gets random bytes that tell nothing of the host: only their seed is the system's.
  unsigned char seed[SeededEntropy::kSeedBytes];
  entropy.fill(seed, sizeof seed);
  SeededEntropy seeded(seed, sizeof seed);
  host.entropy = mode == Mode::Host ? static_cast<Entropy*>(&entropy) : &seeded;
#ifdef HOG_HOST_ENV
  ProcessEnvironment environment;
  SystemFileSystem files;
  if (mode == Mode::Host) {
    host.environment = &environment;
    host.files = &files;
  }
#endif
  SourceCompiler compiler;
  IsolateConfig config;
  config.host = &host;
  config.compiler = &compiler;
  config.library = frozen_library();
  config.modules = native_modules();
  config.limits.native_stack_bytes = 7 << 20;
  Isolate* isolate = Isolate::create(config);
  if (isolate == nullptr) return 70;
  Thread& t = isolate->main_thread();
  isolate->enter(t);
  // A name in brackets is no file: the text came with -c or from the standard input.
  ImportStart start = filename[0] == '<' ? ImportStart::CurrentDirectory : ImportStart::Script;
  bool failed = set_program_arguments(t, arguments, static_cast<size_t>(argument_count)).failed() ||
                set_import_path(t, start, filename, true).failed() ||
                run_text(t, *isolate, source, filename).failed();
  if (failed && t.terminated()) std::fprintf(stderr, "terminated: limit %d\n", static_cast<int>(t.termination()));
  int status = end_program_py(t, failed);
  Isolate::destroy(isolate);
  return status;
}

}  // namespace

int main(int argc, char** argv) {
  // Local time reads the zone's file once: now, so that no file is opened after the program has started.
  tzset();
#ifdef HOG_HOST_ENV
  Mode mode = Mode::Host;
#else
  Mode mode = Mode::Sandbox;
#endif
  for (; argc >= 2 && std::string_view(argv[1]) == "--sandbox"; --argc, ++argv) mode = Mode::Sandbox;
  std::string source;
  if (argc >= 3 && std::string_view(argv[1]) == "-c") {
    std::string command = argv[2];
    argv[2] = argv[1];  // sys.argv[0] is "-c"
    return run(command, "<string>", argv + 2, argc - 2, mode);
  }
  if (argc >= 2 && !read_file(argv[1], &source)) {
    std::fprintf(stderr, "hognose: can't open file '%s'\n", argv[1]);
    return 2;
  }
  static const char* const kNoName = "";
  if (argc < 2) return run(source, "<stdin>", &kNoName, 1, mode);
  return run(source, argv[1], argv + 1, argc - 1, mode);
}
