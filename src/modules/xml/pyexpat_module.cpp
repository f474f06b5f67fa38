// pyexpat_module.cpp: the module pyexpat with its submodules errors and model. Ref: library/pyexpat.
#include "modules/xml/expat_parser.hpp"

namespace hog {

Type* expat_parser_type;
Type* expat_error_type;

namespace {

constexpr TypeSpec kErrorSpec = {
    .name = "xml.parsers.expat.ExpatError", .base = &core.Exception, .flags = type_flag::kBaseType};
constexpr TypeRegistration kTypes[] = {{&expat_parser_type, &kExpatParserSpec, false},
                                       {&expat_error_type, &kErrorSpec}};

Fallible<Value> create(Thread& t, Value encoding, Value separator, Value intern) {
  if (!encoding.is_none() && !is<Str>(encoding))
    return t.raise_type_error("ParserCreate() argument 'encoding' must be str or None, not {}", type_of(encoding));
  if (!separator.is_none() && !is<Str>(separator))
    return t.raise_type_error("ParserCreate() argument 'namespace_separator' must be str or None, not {}",
                              type_of(separator));
  ExpatText encoding_text(t), separator_text(t);
  TRY(encoding_text.open(encoding.is_none() ? nullptr : as<Str>(encoding)));
  TRY(separator_text.open(separator.is_none() ? nullptr : as<Str>(separator)));
  if (separator_text.get() != nullptr && separator_text.get()[0] != 0 && separator_text.get()[1] != 0)
    return t.raise_value_error("namespace_separator must be at most one character, omitted, or None");
  if (intern.is_absent()) {
    intern = Value(TRY(Dict::make(t)));
  } else if (!intern.is_none() && !is<Dict>(intern)) {
    return t.raise_type_error("intern must be a dictionary");
  }
  ExpatTurn turn(&t.heap());
  XML_Parser parser = XML_ParserCreate_MM(encoding_text.get(), &kExpatMemory, separator_text.get());
  if (parser == nullptr) return t.raise_memory_error();
  // Never 0, for which the library would ask the system for a number.
  XML_SetHashSalt(parser, static_cast<unsigned long>(t.isolate().hash_key[0]) | 1);
  ExpatParser* self = TRY(new_expat_parser(t, parser, nullptr));
  self->intern_.set(self, intern.is_none() ? Value() : intern);
  install_expat_handlers(self);
  return Value(self);
}

Fallible<Value> error_string(Thread& t, int64_t code) {
  const char* text = code < 0 || code > INT32_MAX ? nullptr : XML_ErrorString(static_cast<XML_Error>(code));
  if (text == nullptr) return Value::none();
  return Value(TRY(Str::from_utf8(t, text)));
}

constexpr NativeMethod kFunctions[] = {
    {"ParserCreate", HOG_NATIVE(create), "(encoding=None, namespace_separator=None, intern=<unrepresentable>)",
     "A new XML parser."},
    {"ErrorString", HOG_NATIVE(error_string), "(code, /)", "What an error's number means."},
    {}};

// In the order of their numbers, from 1.
constexpr const char* kErrorNames[] = {"NO_MEMORY",
                                       "SYNTAX",
                                       "NO_ELEMENTS",
                                       "INVALID_TOKEN",
                                       "UNCLOSED_TOKEN",
                                       "PARTIAL_CHAR",
                                       "TAG_MISMATCH",
                                       "DUPLICATE_ATTRIBUTE",
                                       "JUNK_AFTER_DOC_ELEMENT",
                                       "PARAM_ENTITY_REF",
                                       "UNDEFINED_ENTITY",
                                       "RECURSIVE_ENTITY_REF",
                                       "ASYNC_ENTITY",
                                       "BAD_CHAR_REF",
                                       "BINARY_ENTITY_REF",
                                       "ATTRIBUTE_EXTERNAL_ENTITY_REF",
                                       "MISPLACED_XML_PI",
                                       "UNKNOWN_ENCODING",
                                       "INCORRECT_ENCODING",
                                       "UNCLOSED_CDATA_SECTION",
                                       "EXTERNAL_ENTITY_HANDLING",
                                       "NOT_STANDALONE",
                                       "UNEXPECTED_STATE",
                                       "ENTITY_DECLARED_IN_PE",
                                       "FEATURE_REQUIRES_XML_DTD",
                                       "CANT_CHANGE_FEATURE_ONCE_PARSING",
                                       "UNBOUND_PREFIX",
                                       "UNDECLARING_PREFIX",
                                       "INCOMPLETE_PE",
                                       "XML_DECL",
                                       "TEXT_DECL",
                                       "PUBLICID",
                                       "SUSPENDED",
                                       "NOT_SUSPENDED",
                                       "ABORTED",
                                       "FINISHED",
                                       "SUSPEND_PE",
                                       "RESERVED_PREFIX_XML",
                                       "RESERVED_PREFIX_XMLNS",
                                       "RESERVED_NAMESPACE_URI",
                                       "INVALID_ARGUMENT",
                                       "NO_BUFFER",
                                       "AMPLIFICATION_LIMIT_BREACH",
                                       "NOT_STARTED"};
struct Constant {
  const char* name;
  int value;
};
constexpr Constant kModel[] = {{"XML_CTYPE_EMPTY", XML_CTYPE_EMPTY},   {"XML_CTYPE_ANY", XML_CTYPE_ANY},
                               {"XML_CTYPE_MIXED", XML_CTYPE_MIXED},   {"XML_CTYPE_NAME", XML_CTYPE_NAME},
                               {"XML_CTYPE_CHOICE", XML_CTYPE_CHOICE}, {"XML_CTYPE_SEQ", XML_CTYPE_SEQ},
                               {"XML_CQUANT_NONE", XML_CQUANT_NONE},   {"XML_CQUANT_OPT", XML_CQUANT_OPT},
                               {"XML_CQUANT_REP", XML_CQUANT_REP},     {"XML_CQUANT_PLUS", XML_CQUANT_PLUS}};

Fallible<Module*> add_submodule(Thread& t, Module* module, const char* name, const char* full_name, const char* doc) {
  Str* full = TRY(Str::intern_utf8(t, full_name));
  Module* part = TRY(Module::make(t, full));
  TRY(part->add(t, "__doc__", Value(TRY(Str::from_ascii(t, doc)))));
  TRY(t.isolate().modules->set_py(t, Value(full), Value(part)));
  TRY(module->add(t, name, Value(part)));
  return part;
}

Fallible<void> add_errors(Thread& t, Module* module) {
  Module* errors = TRY(add_submodule(t, module, "errors", "pyexpat.errors", "What errors mean."));
  Dict* codes = TRY(Dict::make(t));
  Dict* messages = TRY(Dict::make(t));
  for (size_t i = 0; i < std::size(kErrorNames); ++i) {
    const char* text = XML_ErrorString(static_cast<XML_Error>(i + 1));
    Value message(TRY(Str::from_utf8(t, text != nullptr ? text : "")));
    Value code = Value::from_small_int(static_cast<int64_t>(i + 1));
    TRY(errors->dict()->set_name(t, TRY(Str::intern(t, TRY(t.format("XML_ERROR_{}", kErrorNames[i])))), message));
    if (text == nullptr) continue;
    TRY(codes->set_py(t, message, code));
    TRY(messages->set_py(t, code, message));
  }
  TRY(errors->add(t, "codes", Value(codes)));
  return errors->add(t, "messages", Value(messages));
}

Fallible<void> initialize(Thread& t, Module* module) {
  XML_Expat_Version version = XML_ExpatVersionInfo();
  TRY(module->add(t, "EXPAT_VERSION", Value(TRY(Str::from_ascii(t, XML_ExpatVersion())))));
  TRY(module->add(t, "version_info",
                  Value(TRY(Tuple::of(t, Value::from_small_int(version.major), Value::from_small_int(version.minor),
                                      Value::from_small_int(version.micro))))));
  TRY(module->add(t, "native_encoding", Value(TRY(Str::from_ascii(t, "UTF-8")))));
  TRY(module->add(t, "error", Value(expat_error_type)));
  TRY(module->add(t, "XMLParserType", Value(expat_parser_type)));
  List* features = TRY(List::make(t));
  for (const XML_Feature* feature = XML_GetFeatureList(); feature->feature != XML_FEATURE_END; ++feature) {
    Value name(TRY(Str::from_ascii(t, feature->name)));
    TRY(features->append(t, Value(TRY(Tuple::of(t, name, TRY(make_int(t, feature->value)))))));
  }
  TRY(module->add(t, "features", Value(features)));
  constexpr Constant kEntityParsing[] = {
      {"XML_PARAM_ENTITY_PARSING_NEVER", XML_PARAM_ENTITY_PARSING_NEVER},
      {"XML_PARAM_ENTITY_PARSING_UNLESS_STANDALONE", XML_PARAM_ENTITY_PARSING_UNLESS_STANDALONE},
      {"XML_PARAM_ENTITY_PARSING_ALWAYS", XML_PARAM_ENTITY_PARSING_ALWAYS}};
  for (const Constant& c : kEntityParsing) TRY(module->add(t, c.name, Value::from_small_int(c.value)));
  TRY(add_errors(t, module));
  Module* model = TRY(add_submodule(t, module, "model", "pyexpat.model", "What content models consist of."));
  for (const Constant& c : kModel) TRY(model->add(t, c.name, Value::from_small_int(c.value)));
  return {};
}

}  // namespace

extern const ModuleSpec k_module_pyexpat;
const ModuleSpec k_module_pyexpat = {.name = "pyexpat",
                                     .doc = "XML parsing with Expat.",
                                     .functions = kFunctions,
                                     .types = kTypes,
                                     .type_count = std::size(kTypes),
                                     .initialize = initialize};

}  // namespace hog
