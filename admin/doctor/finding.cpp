#include "admin/doctor/finding.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace ringfence::admin {
namespace {

struct Word {
  const char* text;
  Tone tone;
};

Word word_of(Severity severity) {
  switch (severity) {
    case Severity::good:
      return {"ok", Tone::good};
    case Severity::note:
      return {"note", Tone::faint};
    case Severity::warning:
      return {"warning", Tone::plain};
    case Severity::bad:
      return {"WRONG", Tone::bad};
  }
  return {"", Tone::plain};
}

}  // namespace

bool any_bad(const Findings& findings) {
  return std::ranges::any_of(findings,
                             [](const Finding& f) { return f.severity == Severity::bad; });
}

std::string findings_as_text(const Findings& findings, Colours colours) {
  constexpr std::size_t kWidth = 9;
  std::string text;
  for (const Finding& finding : findings) {
    const Word word = word_of(finding.severity);
    const std::string_view name(word.text);
    text += toned(name, word.tone, colours) + std::string(kWidth - name.size(), ' ') +
            printable(finding.about + ": " + finding.sentence) + "\n";
  }
  return text;
}

std::string findings_as_json(const Findings& findings) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const Finding& finding : findings) {
    const bool bad = finding.severity == Severity::bad;
    list.push_back({{"severity", bad ? "wrong" : word_of(finding.severity).text},
                    {"about", finding.about},
                    {"sentence", finding.sentence}});
  }
  return list.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace ringfence::admin
