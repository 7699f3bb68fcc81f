#include "admin/control/restart_process.hpp"

#include "admin/net/blocking_socket.hpp"

namespace ringfence::admin {

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
  if (name.find('\n') != name.npos) return fail("there is no such process");
  const auto answer = ask(run_directory + "/control.sock", "restart " + std::string(name) + "\n");
  if (!answer) {
    return fail(answer.error().message +
                "; does Ringfence run, and is --run or RINGFENCE_RUN its folder?");
  }
  return read_control_answer(*answer);
}

}  // namespace ringfence::admin
