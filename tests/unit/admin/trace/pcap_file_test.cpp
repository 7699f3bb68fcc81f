#include "admin/trace/pcap_file.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace ringfence::admin {
namespace {

TEST(PcapFile, BeginsAsLibpcapWantsItWithNanosecondsAndEthernet) {
  EXPECT_EQ(pcap_header(), std::string("\x4d\x3c\xb2\xa1"   // magic, nanoseconds
                                       "\x02\x00\x04\x00"   // version 2.4
                                       "\x00\x00\x00\x00"   // UTC
                                       "\x00\x00\x00\x00"   // accuracy
                                       "\x00\x00\x04\x00"   // snap length
                                       "\x01\x00\x00\x00",  // Ethernet
                                       24));
  EXPECT_EQ(pcap_record(std::chrono::nanoseconds(3'000'000'258), "ab"),
            std::string("\x03\x00\x00\x00\x02\x01\x00\x00\x02\x00\x00\x00\x02\x00\x00\x00"
                        "ab",
                        18));
}

TEST(PcapFile, IsReadableWhileItIsWrittenAndByItsOwnerAlone) {
  const auto path =
      std::filesystem::temp_directory_path() / ("ringfence-pcap-" + std::to_string(::getpid()));
  auto file = PcapFile::create(path.string());
  ASSERT_TRUE(file);
  TracedMessage message;
  message.octets = "BYE";
  ASSERT_TRUE(file->write(message));
  std::stringstream content;
  content << std::ifstream(path, std::ios::binary).rdbuf();
  EXPECT_TRUE(content.str().starts_with(pcap_header()));
  EXPECT_TRUE(content.str().ends_with("BYE"));
  struct stat status{};
  ASSERT_EQ(::stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
  std::filesystem::remove(path);
}

TEST(PcapFile, SaysWhereItCannotBeWritten) {
  const auto file = PcapFile::create("/nonexistent/t.pcap");
  ASSERT_FALSE(file);
  EXPECT_NE(file.error().message.find("/nonexistent/t.pcap"), std::string::npos);
}

}  // namespace
}  // namespace ringfence::admin
