// syslog.cpp: the module syslog: the system's log (os/system_log.hpp). Ref: library/syslog.
#include <syslog.h>

#include <cstring>

#include "modules/sys_functions.hpp"
#include "object/codecs.hpp"
#include "os/system_log.hpp"
#include "os_modules/support.hpp"

namespace hog {

namespace {

Fallible<Bytes*> text_py(Thread& t, Str* text) {
  Bytes* bytes = TRY(codecs::encode_utf8_py(t, text, nullptr));
  if (bytes->view().find('\0') != std::string_view::npos) return t.raise_value_error("embedded null character");
  Bytes* ended = TRY(Bytes::make(t, bytes->length() + 1));
  std::memcpy(ended->mutable_data(), bytes->data(), bytes->length());
  ended->mutable_data()[bytes->length()] = 0;
  return ended;
}

// What a program calls itself: the end of sys.argv[0].
Fallible<Bytes*> program_name_py(Thread& t) {
  Value arguments = t.isolate().sys_dict->get_name_nogc(TRY(Str::intern_utf8(t, "argv")));
  Str* name = names.empty;
  if (!arguments.is_absent() && is<List>(arguments) && as<List>(arguments)->length() != 0 && is<Str>(as<List>(arguments)->at(0)))
    name = as<Str>(as<List>(arguments)->at(0));
  Bytes* whole = TRY(text_py(t, name));
  std::string_view view = whole->view();
  size_t slash = view.rfind('/');
  return slash == std::string_view::npos ? whole : TRY(Bytes::from(t, whole->data() + slash + 1, view.size() - slash - 1));
}

Fallible<void> openlog(Thread& t, Value ident, int options, int facility) {
  TRY(os::require_process(t, "syslog"));
  if (!ident.is_absent() && !is<Str>(ident)) return t.raise_type_error("openlog() argument 'ident' must be str, not {}", type_of(ident));
  Bytes* name = ident.is_absent() ? TRY(program_name_py(t)) : TRY(text_py(t, as<Str>(ident)));
  if (ident.is_absent() && t.isolate().audited) {
    size_t length = std::strlen(reinterpret_cast<const char*>(name->data()));
    ident = length == 0 ? Value::none() : TRY(posix::decode_host_text(t, name->data(), length));
  }
  TRY(t.audit_py("syslog.openlog", ident, Value::from_small_int(options), Value::from_small_int(facility)));
  open_system_log(reinterpret_cast<const char*>(name->data()), name->length() - 1, options, facility);
  return {};
}
Fallible<void> write_log(Thread& t, Arguments arguments) {
  TRY(os::require_process(t, "syslog"));
  if (arguments.positional < 1 || arguments.positional > 2) return t.raise_type_error("syslog.syslog requires 1 to 2 arguments");
  int64_t priority = arguments.positional == 2 ? TRY(index_to_int64_py(t, arguments[0])) : LOG_INFO;
  Value text = arguments[arguments.positional - 1];
  if (!is<Str>(text))
    return t.raise_type_error("syslog() argument {} must be str, not {}", arguments.positional, type_of(text));
  if (priority < INT32_MIN || priority > INT32_MAX) return t.raise(core.OverflowError, "Python int too large to convert to C int");
  Bytes* message = TRY(text_py(t, as<Str>(text)));
  TRY(t.audit_py("syslog.syslog", Value::from_small_int(priority), text));
  if (!is_system_log_open()) TRY(openlog(t, Value::absent(), 0, LOG_USER));
  const char* characters = reinterpret_cast<const char*>(message->data());
  (void)os::blocking(t, [&] {
    write_system_log(static_cast<int>(priority), characters);
    return 0;
  });
  return {};
}
Fallible<void> closelog(Thread& t) {
  TRY(os::require_process(t, "syslog"));
  TRY(t.audit_py("syslog.closelog"));
  close_system_log();
  return {};
}
Fallible<int64_t> setlogmask(Thread& t, int mask) {
  TRY(os::require_process(t, "syslog"));
  TRY(t.audit_py("syslog.setlogmask", Value::from_small_int(mask)));
  return int64_t{set_system_log_mask(mask)};
}
// Bits of priorities; those beyond the type are no priorities.
Fallible<int64_t> mask_of(Thread&, int priority) { return int64_t{1} << (priority & 31); }
Fallible<int64_t> mask_up_to(Thread&, int priority) { return (int64_t{1} << ((priority & 31) + 1)) - 1; }

constexpr NativeMethod kFunctions[] = {
    {"LOG_MASK", HOG_NATIVE(mask_of), "(pri, /)", "The mask of one priority."},
    {"LOG_UPTO", HOG_NATIVE(mask_up_to), "(pri, /)", "The mask of a priority and all more urgent ones."},
    {"closelog", HOG_NATIVE(closelog), "()", "Forgets what openlog() set."},
    {"openlog", HOG_NATIVE(openlog), "(ident=<unrepresentable>, logoption=0, facility=8)", "Sets name, options and facility of messages."},
    {"setlogmask", HOG_NATIVE(setlogmask), "(maskpri, /)", "Sets which priorities are logged; gives the mask before."},
    {"syslog", HOG_NATIVE(write_log), "(*args)", "syslog([priority,] message): writes to the system's log."},
    {}};

constexpr os::Constant kConstants[] = {
#define HOG_CONSTANT(name) {#name, name},
    HOG_CONSTANT(LOG_EMERG) HOG_CONSTANT(LOG_ALERT) HOG_CONSTANT(LOG_CRIT) HOG_CONSTANT(LOG_ERR) HOG_CONSTANT(LOG_WARNING)
    HOG_CONSTANT(LOG_NOTICE) HOG_CONSTANT(LOG_INFO) HOG_CONSTANT(LOG_DEBUG) HOG_CONSTANT(LOG_PID) HOG_CONSTANT(LOG_CONS)
    HOG_CONSTANT(LOG_NDELAY) HOG_CONSTANT(LOG_ODELAY) HOG_CONSTANT(LOG_NOWAIT) HOG_CONSTANT(LOG_PERROR) HOG_CONSTANT(LOG_KERN)
    HOG_CONSTANT(LOG_USER) HOG_CONSTANT(LOG_MAIL) HOG_CONSTANT(LOG_DAEMON) HOG_CONSTANT(LOG_AUTH) HOG_CONSTANT(LOG_LPR)
    HOG_CONSTANT(LOG_LOCAL0) HOG_CONSTANT(LOG_LOCAL1) HOG_CONSTANT(LOG_LOCAL2) HOG_CONSTANT(LOG_LOCAL3) HOG_CONSTANT(LOG_LOCAL4)
    HOG_CONSTANT(LOG_LOCAL5) HOG_CONSTANT(LOG_LOCAL6) HOG_CONSTANT(LOG_LOCAL7) HOG_CONSTANT(LOG_SYSLOG) HOG_CONSTANT(LOG_CRON)
    HOG_CONSTANT(LOG_UUCP) HOG_CONSTANT(LOG_NEWS) HOG_CONSTANT(LOG_AUTHPRIV) HOG_CONSTANT(LOG_FTP)
#undef HOG_CONSTANT
};

Fallible<void> initialize(Thread& t, Module* module) {
  TRY(os::require_process(t, "syslog"));
  return os::add_constants(t, module, kConstants, std::size(kConstants));
}

}  // namespace

extern const ModuleSpec k_module_syslog;
const ModuleSpec k_module_syslog = {
    .name = "syslog", .doc = "The system's log.", .functions = kFunctions, .initialize = initialize};

}  // namespace hog
