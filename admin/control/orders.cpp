#include "admin/control/orders.hpp"

#include "admin/net/blocking_socket.hpp"

namespace ringfence::admin {
namespace {

Result<void> order(const std::string& run_directory, std::string_view word,
                   std::string_view subject, const char* nonsense) {
  if (subject.find('\n') != subject.npos) return fail(nonsense);
  const auto answer =
      ask(run_directory + "/control.sock", std::string(word) + " " + std::string(subject) + "\n");
  if (!answer) {
    return fail(answer.error().message +
                "; does Ringfence run, and is --run or RINGFENCE_RUN its folder?");
  }
  return read_control_answer(*answer);
}

}  // namespace

Result<void> read_control_answer(std::string_view answer) {
  while (!answer.empty() && (answer.back() == '\n' || answer.back() == '\r'))
    answer.remove_suffix(1);
  constexpr std::string_view kError = "error: ";
  if (answer == "ok") return {};
  if (answer.starts_with(kError)) return fail(std::string(answer.substr(kError.size())));
  return fail(answer.empty() ? "refused: the admin socket is for root and the group of admins"
                             : "the admin socket answers something unknown");
}

Result<void> restart_process(const std::string& run_directory, std::string_view name) {
  return order(run_directory, "restart", name, "there is no such process");
}

Result<void> order_drain(const std::string& run_directory, std::optional<int> seconds) {
  return order(run_directory, "drain", seconds ? std::to_string(*seconds) : std::string(),
               "that is no number of seconds");
}

Result<void> release_source(const std::string& run_directory, std::string_view source) {
  return order(run_directory, "release", source, "that is no address");
}

}  // namespace ringfence::admin
