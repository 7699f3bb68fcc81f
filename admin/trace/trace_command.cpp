#include "admin/trace/trace_command.hpp"

#include <cstdio>

#include "admin/control/control_stream.hpp"
#include "admin/trace/pcap_file.hpp"

namespace ringfence::admin {
namespace {

Result<void> print(const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  // At once: somebody looks at it.
  if (std::fflush(stdout) != 0) return fail("cannot write to standard output");
  return {};
}

// One line of the answer after the other, to all places where it is wanted.
class Output {
 public:
  Output(const TraceCommand& command, OutputForm form, std::optional<PcapFile> capture)
      : form_(form), capture_(std::move(capture)), ladder_(command.detail, colours_of_stdout()) {}

  Result<void> take(const std::string& text, const TraceLine& line) {
    if (const auto* missed = std::get_if<MessagesMissed>(&line)) {
      std::fprintf(stderr, "ringfencectl: %llu messages were missed\n",
                   static_cast<unsigned long long>(missed->count));
    }
    if (form_ == OutputForm::json) {
      if (auto printed = print(text + "\n"); !printed) return printed;
    }
    const auto* message = std::get_if<TracedMessage>(&line);
    if (message == nullptr) return {};
    if (form_ == OutputForm::text) {
      if (auto printed = print(ladder_.add(*message)); !printed) return printed;
    }
    if (!capture_) return {};
    return capture_->write(*message);
  }

 private:
  OutputForm form_;
  std::optional<PcapFile> capture_;
  Ladder ladder_;
};

Result<void> follow(ControlStream& stream, const TraceCommand& command, Output& output) {
  std::optional<TimePoint> until;
  if (command.time && command.time->count() > 0) {
    until = std::chrono::steady_clock::now() + *command.time;
  }
  for (;;) {
    const auto event = stream.next(until);
    if (!event) return std::unexpected(event.error());
    const auto* text = std::get_if<std::string>(&*event);
    if (text == nullptr) return {};  // over, in whatever way
    const auto line = read_trace_line(*text);
    if (!line) return std::unexpected(line.error());
    if (auto taken = output.take(*text, *line); !taken) return taken;
    const bool held_only = command.time && command.time->count() == 0;
    if (held_only && std::holds_alternative<NowLive>(*line)) return {};
  }
}

}  // namespace

Result<void> run_trace(const std::string& run_directory, const TraceCommand& command,
                       OutputForm output) {
  std::optional<PcapFile> capture;
  const std::string request = command.subject.empty() ? "trace" : "trace " + command.subject;
  auto stream = ControlStream::open(run_directory, request);
  if (!stream) return std::unexpected(stream.error());
  if (!command.pcap_file.empty()) {
    auto file = PcapFile::create(command.pcap_file);
    if (!file) return std::unexpected(file.error());
    capture = std::move(*file);
  }
  Output out(command, output, std::move(capture));
  return follow(*stream, command, out);
}

}  // namespace ringfence::admin
