#include "admin/trace/pcap_file.hpp"

#include <fcntl.h>

#include "runtime/fd.hpp"

namespace ringfence::admin {
namespace {

constexpr std::uint32_t kMagicNanoseconds = 0xa1b23c4d;
constexpr std::uint32_t kSnapLength = 262'144;
constexpr std::uint32_t kEthernet = 1;

void append_little(std::uint32_t value, std::size_t octets, std::string& out) {
  for (std::size_t i = 0; i < octets; ++i)
    out.push_back(static_cast<char>(value >> (8 * i) & 0xff));
}

}  // namespace

std::string pcap_header() {
  std::string header;
  append_little(kMagicNanoseconds, 4, header);
  append_little(2, 2, header);  // version 2.4
  append_little(4, 2, header);
  append_little(0, 8, header);  // UTC
  append_little(kSnapLength, 4, header);
  append_little(kEthernet, 4, header);
  return header;
}

std::string pcap_record(std::chrono::nanoseconds time, std::string_view frame) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  std::string record;
  append_little(static_cast<std::uint32_t>(seconds.count()), 4, record);
  append_little(static_cast<std::uint32_t>((time - seconds).count()), 4, record);
  append_little(static_cast<std::uint32_t>(frame.size()), 4, record);
  append_little(static_cast<std::uint32_t>(frame.size()), 4, record);
  return record += frame;
}

Result<PcapFile> PcapFile::create(const std::string& path) {
  // Who called whom is nobody else's business.
  Fd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (!fd) return system_error("cannot write " + path);
  std::FILE* file = ::fdopen(fd.get(), "wb");
  if (file == nullptr) return system_error("cannot write " + path);
  fd.release();
  PcapFile capture(file);
  const std::string header = pcap_header();
  if (std::fwrite(header.data(), 1, header.size(), file) != header.size() ||
      std::fflush(file) != 0) {
    return system_error("cannot write " + path);
  }
  return capture;
}

Result<void> PcapFile::write(const TracedMessage& message) {
  std::string records;
  for (const std::string& frame : packets_.of(message))
    records += pcap_record(message.time, frame);
  if (std::fwrite(records.data(), 1, records.size(), file_.get()) != records.size() ||
      std::fflush(file_.get()) != 0) {
    return system_error("cannot write the capture");
  }
  return {};
}

}  // namespace ringfence::admin
