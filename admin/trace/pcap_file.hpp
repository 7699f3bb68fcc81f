// PcapFile: a capture of a trace, in libpcap's format with nanoseconds, link type Ethernet. What
// was written is in the file at once, so that it may be read while the trace runs.
#pragma once

#include <cstdio>
#include <memory>
#include <string>

#include "admin/trace/packets.hpp"
#include "runtime/result.hpp"

namespace ringfence::admin {

class PcapFile {
 public:
  static Result<PcapFile> create(const std::string& path);

  Result<void> write(const TracedMessage& message);

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  explicit PcapFile(std::FILE* file) : file_(file) {}

  std::unique_ptr<std::FILE, Close> file_;
  Packets packets_;
};

// The octets of the file's header, and of one packet's record.
std::string pcap_header();
std::string pcap_record(std::chrono::nanoseconds time, std::string_view frame);

}  // namespace ringfence::admin
