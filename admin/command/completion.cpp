#include "admin/command/completion.hpp"

#include <CLI/CLI.hpp>

namespace ringfence::admin {
namespace {

// What may stand where the words before are `path`: commands, then options.
std::string words_of(const CLI::App& app) {
  std::string words;
  const auto add = [&](const std::string& word) { words += (words.empty() ? "" : " ") + word; };
  for (const CLI::App* command : app.get_subcommands(nullptr))
    add(command->get_name());
  for (const CLI::Option* option : app.get_options(nullptr)) {
    for (const std::string& name : option->get_lnames())
      add("--" + name);
  }
  return words;
}

void add_entries(const CLI::App& app, const std::string& path, std::string& script) {
  script += "  [\"" + path + "\"]=\"" + words_of(app) + "\"\n";
  for (const CLI::App* command : app.get_subcommands(nullptr)) {
    add_entries(*command, (path.empty() ? "" : path + " ") + command->get_name(), script);
  }
}

constexpr std::string_view kFunction = R"(
_ringfencectl() {
  local path="" next word i
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    next="${path:+$path }$word"
    [[ -n $word && -n ${_ringfencectl_words[$next]+x} ]] && path=$next
  done
  # An associative array takes no empty key.
  mapfile -t COMPREPLY < <(compgen -W "${_ringfencectl_words[${path:-ringfencectl}]}" -- \
    "${COMP_WORDS[COMP_CWORD]}")
}
complete -o default -F _ringfencectl ringfencectl
)";

}  // namespace

std::string bash_completion(const CLI::App& app) {
  std::string script =
      "declare -gA _ringfencectl_words=(\n  [\"ringfencectl\"]=\"" + words_of(app) + "\"\n";
  for (const CLI::App* command : app.get_subcommands(nullptr))
    add_entries(*command, command->get_name(), script);
  return script + ")\n" + std::string(kFunction);
}

}  // namespace ringfence::admin
