// dump_unicode.cpp: prints what src/text says about every code point, one line each, for compare_unicode.py.
#include <cstdio>
#include <string>

#include "text/unicode.hpp"

namespace {

using namespace hog;
using namespace hog::unicode;

class Collect final : public CodePointSink {
 public:
  bool append(const char32_t* points, size_t count) override {
    for (size_t i = 0; i < count; i++) add(points[i]);
    return true;
  }
  void add(char32_t c) {
    char buffer[16];
    snprintf(buffer, sizeof buffer, text.empty() ? "%X" : " %X", static_cast<unsigned>(c));
    text += buffer;
  }
  std::string text;
};

std::string number(std::optional<double> value) {
  char buffer[64];
  if (!value) return "";
  snprintf(buffer, sizeof buffer, "%.17g", *value);
  return buffer;
}

std::string mapping(CaseMapping m) {
  Collect points;
  for (int i = 0; i < m.length; i++) points.add(m.points[i]);
  return points.text;
}

std::string parts(const Decomposition& d) {
  Collect points;
  for (int i = 0; i < d.length; i++) points.add(d.points[i]);
  return std::string(d.tag) + (d.tag.empty() || d.length == 0 ? "" : " ") + points.text;
}

void print_old(char32_t c) {
  printf(";%s;%s;%s;%d;%d;%d;%d;%s;%s", std::string(category_name(v3_2::category(c))).c_str(),
         std::string(bidirectional_name(v3_2::bidirectional(c))).c_str(),
         std::string(east_asian_width_name(v3_2::east_asian_width(c))).c_str(), v3_2::combining(c),
         v3_2::is_mirrored(c), v3_2::decimal_value(c), v3_2::digit_value(c),
         number(v3_2::numeric_value(c)).c_str(), parts(v3_2::decomposition(c)).c_str());
}

void print(char32_t c) {
  MallocSource memory;
  char buffer[kMaxNameLength];
  std::string own_name(buffer, name(c, buffer));
  printf("%X;%s;%s;%s;%d;%d;%d;%d;%s;%s;%s", static_cast<unsigned>(c), std::string(category(c)).c_str(),
         std::string(bidirectional(c)).c_str(), std::string(east_asian_width(c)).c_str(), combining(c),
         is_mirrored(c), decimal_value(c), digit_value(c), number(numeric_value(c)).c_str(),
         parts(decomposition(c)).c_str(), own_name.c_str());
  putchar(';');
  const char32_t after[] = {c, 0x3A3}, between[] = {'A', c, 0x3A3};
  for (bool flag : {is_alpha(c), is_decimal(c), is_digit(c), is_numeric(c), is_lower(c), is_upper(c),
                    is_title(c), is_space(c), is_line_break(c), is_printable(c), is_xid_start(c),
                    is_xid_continue(c), is_final_sigma(TextView(after, 2, Width::k4), 1),
                    is_final_sigma(TextView(between, 3, Width::k4), 2)}) {
    putchar(flag ? '1' : '0');
  }
  printf(";%s;%s;%s;%s", mapping(to_upper(c)).c_str(), mapping(to_lower(c)).c_str(),
         mapping(to_title(c)).c_str(), mapping(fold_case(c)).c_str());
  for (Version version : {Version::k16_0, Version::k3_2}) {
    for (Form form : {Form::kNfc, Form::kNfd, Form::kNfkc, Form::kNfkd}) {
      Collect points;
      char32_t one[] = {c};
      if (normalise(TextView(one, 1, Width::k4), form, memory, points, version) != Outcome::kDone)
        points.text = "?";
      printf(";%s", points.text.c_str());
    }
  }
  print_old(c);
  NamedText found = own_name.empty() ? NamedText{1, {c, 0, 0, 0}} : lookup(own_name, Lookup::kNames);
  printf(";%d\n", found.length == 1 && found.points[0] == c);
}

}  // namespace

int main() {
  for (char32_t c = 0; c <= kMaxCodePoint; c++) print(c);
}
