// termios.cpp: the module termios: settings of terminals. A call that fails raises termios.error, which is no OSError.
// Ref: library/termios; POSIX.1-2017 "General Terminal Interface".
#include <sys/ioctl.h>
#include <termios.h>

#include "os_modules/support.hpp"

namespace hog {

namespace {

constexpr size_t kSettings = 7;

Failure raise_error_py(Thread& t, Module* module, int number) {
  ErrorTextRoom room;
  Value message = Value(TRY(Str::from_utf8(t, os_error_text(number, &room))));
  Value exception = TRY(call_py(t, Value(module->state_.get()), Value::from_small_int(number), message));
  return t.raise_object_py(exception, Value::absent());
}
template <typename Call>
Fallible<void> attempt_py(Thread& t, Module* module, Call call) {
  if (TRY(os::retried(t, call)) < 0) return raise_error_py(t, module, errno);
  return {};
}

// VMIN and VTIME are numbers while input comes by the character.
bool is_number(const termios& settings, size_t i) { return (settings.c_lflag & ICANON) == 0 && (i == VMIN || i == VTIME); }

Fallible<Value> tcgetattr(Thread& t, Module* module, Value fd) {
  int number = TRY(posix::descriptor_argument_py(t, fd));
  termios settings{};
  TRY(attempt_py(t, module, [&] { return ::tcgetattr(number, &settings); }));
  List* characters = TRY(List::make(t, NCCS));
  for (size_t i = 0; i < NCCS; ++i) {
    Value item = is_number(settings, i) ? Value::from_small_int(settings.c_cc[i]) : Value(TRY(Bytes::from(t, &settings.c_cc[i], 1)));
    TRY(characters->append(t, item));
  }
  const Value all[kSettings] = {Value::from_small_int(settings.c_iflag), Value::from_small_int(settings.c_oflag),
                                Value::from_small_int(settings.c_cflag), Value::from_small_int(settings.c_lflag),
                                Value::from_small_int(::cfgetispeed(&settings)), Value::from_small_int(::cfgetospeed(&settings)),
                                Value(characters)};
  return Value(TRY(List::from(t, all, kSettings)));
}

Fallible<void> read_characters_py(Thread& t, Value v, termios* settings) {
  if (!is<List>(v) || as<List>(v)->length() != NCCS)
    return t.raise_type_error("tcsetattr: attributes[6] must be {} element list", static_cast<int>(NCCS));
  for (size_t i = 0; i < NCCS && i < as<List>(v)->length(); ++i) {
    Value item = as<List>(v)->at(i);
    if (is<Bytes>(item) && as<Bytes>(item)->length() == 1) settings->c_cc[i] = as<Bytes>(item)->data()[0];
    else if (is_int_or_bool(item)) settings->c_cc[i] = static_cast<cc_t>(TRY(index_to_int64_py(t, item)));
    else return t.raise_type_error("tcsetattr: elements of attributes must be bytes objects of length 1 or integers");
  }
  return {};
}

Fallible<void> tcsetattr(Thread& t, Module* module, Value fd, int when, Value attributes) {
  int number = TRY(posix::descriptor_argument_py(t, fd));
  if (!is<List>(attributes) || as<List>(attributes)->length() != kSettings)
    return t.raise_type_error("tcsetattr, arg 3: must be 7 element list");
  Tuple* all = TRY(Tuple::from(t, as<List>(attributes)->data(), kSettings));  // __index__ may change the list
  termios settings{};
  TRY(attempt_py(t, module, [&] { return ::tcgetattr(number, &settings); }));
  int64_t numbers[6];
  for (size_t i = 0; i < 6; ++i) numbers[i] = TRY(index_to_int64_py(t, all->at(i)));
  settings.c_iflag = static_cast<tcflag_t>(numbers[0]);
  settings.c_oflag = static_cast<tcflag_t>(numbers[1]);
  settings.c_cflag = static_cast<tcflag_t>(numbers[2]);
  settings.c_lflag = static_cast<tcflag_t>(numbers[3]);
  TRY(read_characters_py(t, all->at(6), &settings));
  if (::cfsetispeed(&settings, static_cast<speed_t>(numbers[4])) < 0 || ::cfsetospeed(&settings, static_cast<speed_t>(numbers[5])) < 0)
    return raise_error_py(t, module, errno);
  return attempt_py(t, module, [&] { return ::tcsetattr(number, when, &settings); });
}

Fallible<void> tcsendbreak(Thread& t, Module* module, Value fd, int duration) {
  int number = TRY(posix::descriptor_argument_py(t, fd));
  return attempt_py(t, module, [&] { return ::tcsendbreak(number, duration); });
}
Fallible<void> tcdrain(Thread& t, Module* module, Value fd) {
  int number = TRY(posix::descriptor_argument_py(t, fd));
  return attempt_py(t, module, [&] { return ::tcdrain(number); });
}
Fallible<void> tcflush(Thread& t, Module* module, Value fd, int queue) {
  int number = TRY(posix::descriptor_argument_py(t, fd));
  return attempt_py(t, module, [&] { return ::tcflush(number, queue); });
}
Fallible<void> tcflow(Thread& t, Module* module, Value fd, int action) {
  int number = TRY(posix::descriptor_argument_py(t, fd));
  return attempt_py(t, module, [&] { return ::tcflow(number, action); });
}
Fallible<Value> tcgetwinsize(Thread& t, Module* module, Value fd) {
  int number = TRY(posix::descriptor_argument_py(t, fd));
  winsize size{};
  TRY(attempt_py(t, module, [&] { return ::ioctl(number, TIOCGWINSZ, &size); }));
  return Value(TRY(Tuple::of(t, Value::from_small_int(size.ws_row), Value::from_small_int(size.ws_col))));
}
Fallible<void> tcsetwinsize(Thread& t, Module* module, Value fd, Value wanted) {
  int number = TRY(posix::descriptor_argument_py(t, fd));
  constexpr const char* kMessage = "tcsetwinsize, arg 2: must be a two-item sequence";
  if (!is<List>(wanted) && !is<Tuple>(wanted) && type_of(wanted)->slots().get_item == nullptr) return t.raise_type_error("{}", kMessage);
  Tuple* pair = TRY(tuple_from_iterable_py(t, wanted));
  if (pair->length() != 2) return t.raise_type_error("{}", kMessage);
  int64_t numbers[2];
  for (size_t i = 0; i < 2; ++i) numbers[i] = TRY(index_to_int64_py(t, pair->at(i)));
  winsize size{};
  TRY(attempt_py(t, module, [&] { return ::ioctl(number, TIOCGWINSZ, &size); }));
  size.ws_row = static_cast<unsigned short>(numbers[0]);
  size.ws_col = static_cast<unsigned short>(numbers[1]);
  if (size.ws_row != numbers[0] || size.ws_col != numbers[1]) return t.raise(core.OverflowError, "winsize value(s) out of range.");
  return attempt_py(t, module, [&] { return ::ioctl(number, TIOCSWINSZ, &size); });
}

const NativeMethod kFunctions[] = {
    {"tcdrain", HOG_NATIVE(tcdrain), "($module, fd, /)", "Waits until what was written is sent."},
    {"tcflow", HOG_NATIVE(tcflow), "($module, fd, action, /)", "Stops or goes on with input or output."},
    {"tcflush", HOG_NATIVE(tcflush), "($module, fd, queue, /)", "Throws away what waits in a queue."},
    {"tcgetattr", HOG_NATIVE(tcgetattr), "($module, fd, /)", "[iflag, oflag, cflag, lflag, ispeed, ospeed, characters]"},
    {"tcgetwinsize", HOG_NATIVE(tcgetwinsize), "($module, fd, /)", "(rows, columns)"},
    {"tcsendbreak", HOG_NATIVE(tcsendbreak), "($module, fd, duration, /)", "Sends a break."},
    {"tcsetattr", HOG_NATIVE(tcsetattr), "($module, fd, when, attributes, /)", "Sets what tcgetattr() gives."},
    {"tcsetwinsize", HOG_NATIVE(tcsetwinsize), "($module, fd, winsize, /)", "Sets (rows, columns)."},
    {}};

constexpr os::Constant kConstants[] = {
    {"B0", 0}, {"B1000000", 0xf4240}, {"B110", 110}, {"B115200", 0x1c200}, {"B1152000", 0x119400}, {"B1200", 0x4b0},
    {"B134", 134}, {"B14400", 0x3840}, {"B150", 150}, {"B1500000", 0x16e360}, {"B1800", 0x708}, {"B19200", 0x4b00},
    {"B200", 200}, {"B2000000", 0x1e8480}, {"B230400", 0x38400}, {"B2400", 0x960}, {"B2500000", 0x2625a0}, {"B28800", 0x7080},
    {"B300", 0x12c}, {"B3000000", 0x2dc6c0}, {"B3500000", 0x3567e0}, {"B38400", 0x9600}, {"B4000000", 0x3d0900},
    {"B460800", 0x70800}, {"B4800", 0x12c0}, {"B50", 50}, {"B500000", 0x7a120}, {"B57600", 0xe100}, {"B576000", 0x8ca00},
    {"B600", 0x258}, {"B7200", 0x1c20}, {"B75", 75}, {"B76800", 0x12c00}, {"B921600", 0xe1000}, {"B9600", 0x2580}, {"BRKINT", 2},
    {"BS0", 0}, {"BS1", 0x2000}, {"BSDLY", 0x2000}, {"CBAUD", 0x100f}, {"CBAUDEX", 0x1000}, {"CDSUSP", 25}, {"CEOF", 4},
    {"CEOL", 0}, {"CEOT", 4}, {"CERASE", 127}, {"CFLUSH", 15}, {"CIBAUD", 0x100f0000}, {"CINTR", 3}, {"CKILL", 21},
    {"CLNEXT", 22}, {"CLOCAL", 0x800}, {"CQUIT", 28}, {"CR0", 0}, {"CR1", 0x200}, {"CR2", 0x400}, {"CR3", 0x600},
    {"CRDLY", 0x600}, {"CREAD", 128}, {"CRPRNT", 18}, {"CRTSCTS", 0x80000000}, {"CS5", 0}, {"CS6", 16}, {"CS7", 32}, {"CS8", 48},
    {"CSIZE", 48}, {"CSTART", 17}, {"CSTOP", 19}, {"CSTOPB", 64}, {"CSUSP", 26}, {"CWERASE", 23}, {"ECHO", 8},
    {"ECHOCTL", 0x200}, {"ECHOE", 16}, {"ECHOK", 32}, {"ECHOKE", 0x800}, {"ECHONL", 64}, {"ECHOPRT", 0x400}, {"EXTA", 0x4b00},
    {"EXTB", 0x9600}, {"EXTPROC", 0x10000}, {"FF0", 0}, {"FF1", 0x8000}, {"FFDLY", 0x8000}, {"FIOASYNC", 0x5452},
    {"FIOCLEX", 0x5451}, {"FIONBIO", 0x5421}, {"FIONCLEX", 0x5450}, {"FIONREAD", 0x541b}, {"FLUSHO", 0x1000}, {"HUPCL", 0x400},
    {"IBSHIFT", 16}, {"ICANON", 2}, {"ICRNL", 0x100}, {"IEXTEN", 0x8000}, {"IGNBRK", 1}, {"IGNCR", 128}, {"IGNPAR", 4},
    {"IMAXBEL", 0x2000}, {"INLCR", 64}, {"INPCK", 16}, {"IOCSIZE_MASK", 0x3fff0000}, {"IOCSIZE_SHIFT", 16}, {"ISIG", 1},
    {"ISTRIP", 32}, {"IUCLC", 0x200}, {"IUTF8", 0x4000}, {"IXANY", 0x800}, {"IXOFF", 0x1000}, {"IXON", 0x400}, {"NCCS", 32},
    {"NL0", 0}, {"NL1", 0x100}, {"NLDLY", 0x100}, {"NOFLSH", 128}, {"N_MOUSE", 2}, {"N_PPP", 3}, {"N_SLIP", 1}, {"N_STRIP", 4},
    {"N_TTY", 0}, {"OCRNL", 8}, {"OFDEL", 128}, {"OFILL", 64}, {"OLCUC", 2}, {"ONLCR", 4}, {"ONLRET", 32}, {"ONOCR", 16},
    {"OPOST", 1}, {"PARENB", 0x100}, {"PARMRK", 8}, {"PARODD", 0x200}, {"PENDIN", 0x4000}, {"TAB0", 0}, {"TAB1", 0x800},
    {"TAB2", 0x1000}, {"TAB3", 0x1800}, {"TABDLY", 0x1800}, {"TCFLSH", 0x540b}, {"TCGETS", 0x5401}, {"TCIFLUSH", 0},
    {"TCIOFF", 2}, {"TCIOFLUSH", 2}, {"TCION", 3}, {"TCOFLUSH", 1}, {"TCOOFF", 0}, {"TCOON", 1}, {"TCSADRAIN", 1},
    {"TCSAFLUSH", 2}, {"TCSANOW", 0}, {"TCSBRK", 0x5409}, {"TCSBRKP", 0x5425}, {"TCSETS", 0x5402}, {"TCSETSF", 0x5404},
    {"TCSETSW", 0x5403}, {"TCXONC", 0x540a}, {"TIOCCONS", 0x541d}, {"TIOCEXCL", 0x540c}, {"TIOCGETD", 0x5424},
    {"TIOCGICOUNT", 0x545d}, {"TIOCGLCKTRMIOS", 0x5456}, {"TIOCGPGRP", 0x540f}, {"TIOCGSERIAL", 0x541e},
    {"TIOCGSOFTCAR", 0x5419}, {"TIOCGWINSZ", 0x5413}, {"TIOCINQ", 0x541b}, {"TIOCLINUX", 0x541c}, {"TIOCMBIC", 0x5417},
    {"TIOCMBIS", 0x5416}, {"TIOCMGET", 0x5415}, {"TIOCMIWAIT", 0x545c}, {"TIOCMSET", 0x5418}, {"TIOCM_CAR", 64},
    {"TIOCM_CD", 64}, {"TIOCM_CTS", 32}, {"TIOCM_DSR", 0x100}, {"TIOCM_DTR", 2}, {"TIOCM_LE", 1}, {"TIOCM_RI", 128},
    {"TIOCM_RNG", 128}, {"TIOCM_RTS", 4}, {"TIOCM_SR", 16}, {"TIOCM_ST", 8}, {"TIOCNOTTY", 0x5422}, {"TIOCNXCL", 0x540d},
    {"TIOCOUTQ", 0x5411}, {"TIOCPKT", 0x5420}, {"TIOCPKT_DATA", 0}, {"TIOCPKT_DOSTOP", 32}, {"TIOCPKT_FLUSHREAD", 1},
    {"TIOCPKT_FLUSHWRITE", 2}, {"TIOCPKT_NOSTOP", 16}, {"TIOCPKT_START", 8}, {"TIOCPKT_STOP", 4}, {"TIOCSCTTY", 0x540e},
    {"TIOCSERCONFIG", 0x5453}, {"TIOCSERGETLSR", 0x5459}, {"TIOCSERGETMULTI", 0x545a}, {"TIOCSERGSTRUCT", 0x5458},
    {"TIOCSERGWILD", 0x5454}, {"TIOCSERSETMULTI", 0x545b}, {"TIOCSERSWILD", 0x5455}, {"TIOCSER_TEMT", 1}, {"TIOCSETD", 0x5423},
    {"TIOCSLCKTRMIOS", 0x5457}, {"TIOCSPGRP", 0x5410}, {"TIOCSSERIAL", 0x541f}, {"TIOCSSOFTCAR", 0x541a}, {"TIOCSTI", 0x5412},
    {"TIOCSWINSZ", 0x5414}, {"TOSTOP", 0x100}, {"VDISCARD", 13}, {"VEOF", 4}, {"VEOL", 11}, {"VEOL2", 16}, {"VERASE", 2},
    {"VINTR", 0}, {"VKILL", 3}, {"VLNEXT", 15}, {"VMIN", 6}, {"VQUIT", 1}, {"VREPRINT", 12}, {"VSTART", 8}, {"VSTOP", 9},
    {"VSUSP", 10}, {"VSWTC", 7}, {"VSWTCH", 7}, {"VT0", 0}, {"VT1", 0x4000}, {"VTDLY", 0x4000}, {"VTIME", 5}, {"VWERASE", 14},
    {"XCASE", 4}, {"XTABS", 0x1800}, {"_POSIX_VDISABLE", 0},
};

Fallible<void> initialize(Thread& t, Module* module) {
  TRY(os::require_process(t, "termios"));
  Dict* attributes = TRY(Dict::make(t));
  TRY(attributes->set_name(t, names.dunder_module, Value(TRY(Str::intern_utf8(t, "termios")))));
  Tuple* bases = TRY(Tuple::of(t, Value(core.Exception)));
  Value error = TRY(call_py(t, Value(core.type), Value(TRY(Str::intern_utf8(t, "error"))), Value(bases), Value(attributes)));
  module->state_.set(module, error.cell());
  TRY(module->add(t, "error", error));
  return os::add_constants(t, module, kConstants, std::size(kConstants));
}

}  // namespace

extern const ModuleSpec k_module_termios;
const ModuleSpec k_module_termios = {
    .name = "termios", .doc = "Settings of terminals.", .functions = kFunctions, .initialize = initialize};

}  // namespace hog
