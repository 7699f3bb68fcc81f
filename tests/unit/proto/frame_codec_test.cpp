#include "proto/channel/frame_codec.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <cstring>

namespace ringfence::channel::test {
namespace {

std::string frame(std::string_view body, std::size_t fds = 0) {
  const auto header = frame_header(body.size(), fds);
  return std::string(header.begin(), header.end()) + std::string(body);
}

void feed(FrameReader& reader, std::string_view octets) {
  if (octets.empty()) return;
  const auto [place, size] = reader.writable(octets.size());
  ASSERT_GE(size, octets.size());
  std::memcpy(place, octets.data(), octets.size());
  reader.commit(octets.size());
}

Fd any_fd() {
  return Fd(::open("/dev/null", O_RDONLY | O_CLOEXEC));
}

TEST(FrameCodec, writes_the_header_octet_by_octet) {
  const auto header = frame_header(0x010203, 5);
  EXPECT_EQ(std::string(header.begin(), header.end()), std::string("\0\1\2\3\5\0\0\0", 8));
}

TEST(FrameReader, reads_what_was_written) {
  FrameReader reader;
  feed(reader, frame("one") + frame("") + frame(std::string(100'000, 'x')));
  EXPECT_EQ((*reader.next())->body, "one");
  EXPECT_EQ((*reader.next())->body, "");
  EXPECT_EQ((*reader.next())->body.size(), 100'000u);
  EXPECT_FALSE(*reader.next());
}

TEST(FrameReader, reads_the_same_at_every_split) {
  const std::string all = frame("first") + frame("") + frame("second, somewhat longer");
  for (std::size_t split = 0; split <= all.size(); ++split) {
    FrameReader reader;
    std::string bodies;
    const auto take = [&] {
      while (true) {
        auto next = reader.next();
        ASSERT_TRUE(next);
        if (!*next) return;
        bodies += std::string((*next)->body) + "|";
      }
    };
    feed(reader, std::string_view(all).substr(0, split));
    take();
    feed(reader, std::string_view(all).substr(split));
    take();
    EXPECT_EQ(bodies, "first||second, somewhat longer|") << split;
  }
}

TEST(FrameReader, reads_octet_by_octet_over_many_frames) {
  std::string all;
  for (int i = 0; i < 300; ++i)
    all += frame(std::string(static_cast<std::size_t>(i), 'b'));
  FrameReader reader;
  std::size_t frames = 0;
  for (const char octet : all) {
    feed(reader, std::string_view(&octet, 1));
    auto next = reader.next();
    ASSERT_TRUE(next);
    if (!*next) continue;
    EXPECT_EQ((*next)->body.size(), frames);
    ++frames;
  }
  EXPECT_EQ(frames, 300u);
}

TEST(FrameReader, refuses_a_length_over_the_limit_before_the_body_comes_F103) {
  for (const std::size_t size : {kMaxFrameBody + 1, std::size_t{0xffffffff}}) {
    FrameReader reader;
    const auto header = frame_header(size, 0);
    feed(reader, std::string_view(header.data(), header.size()));
    EXPECT_EQ(reader.next().error(), FrameError::too_long);
  }
  FrameReader reader;
  feed(reader, frame(std::string(kMaxFrameBody, 'x')));
  EXPECT_EQ((*reader.next())->body.size(), kMaxFrameBody);
}

TEST(FrameReader, refuses_a_header_whose_zeros_are_none_F103) {
  for (const std::size_t at : {5u, 6u, 7u}) {
    std::string octets = frame("x");
    octets[at] = 1;
    FrameReader reader;
    feed(reader, octets);
    EXPECT_EQ(reader.next().error(), FrameError::reserved_not_zero);
  }
}

TEST(FrameReader, refuses_more_descriptors_than_a_frame_may_have_F103) {
  FrameReader reader;
  feed(reader, frame("x", kMaxFrameFds + 1));
  EXPECT_EQ(reader.next().error(), FrameError::too_many_fds);
}

TEST(FrameReader, gives_each_frame_its_own_descriptors_in_order) {
  FrameReader reader;
  std::vector<int> numbers;
  for (int i = 0; i < 3; ++i) {
    Fd fd = any_fd();
    numbers.push_back(fd.get());
    reader.add_fd(std::move(fd));
  }
  feed(reader, frame("two", 2) + frame("none") + frame("one", 1));
  auto next = reader.next();
  ASSERT_EQ((*next)->fds.size(), 2u);
  EXPECT_EQ((*next)->fds[0].get(), numbers[0]);
  EXPECT_EQ((*next)->fds[1].get(), numbers[1]);
  EXPECT_TRUE((*reader.next())->fds.empty());
  auto last = reader.next();
  ASSERT_EQ((*last)->fds.size(), 1u);
  EXPECT_EQ((*last)->fds[0].get(), numbers[2]);
}

TEST(FrameReader, refuses_a_frame_whose_descriptors_did_not_come) {
  FrameReader reader;
  reader.add_fd(any_fd());
  feed(reader, frame("x", 2));
  EXPECT_EQ(reader.next().error(), FrameError::fds_missing);
}

// A peer that sends descriptors which no frame names would fill our table.
TEST(FrameReader, refuses_descriptors_that_no_frame_announced_F103) {
  FrameReader reader;
  reader.add_fd(any_fd());
  feed(reader, frame("x"));
  EXPECT_TRUE(reader.next());
  EXPECT_EQ(reader.next().error(), FrameError::fds_unannounced);
}

TEST(FrameReader, keeps_descriptors_whose_frame_is_still_coming) {
  FrameReader reader;
  reader.add_fd(any_fd());
  const std::string octets = frame("body", 1);
  feed(reader, std::string_view(octets).substr(0, 1));
  ASSERT_TRUE(reader.next());
  feed(reader, std::string_view(octets).substr(1));
  EXPECT_EQ((*reader.next())->fds.size(), 1u);
}

TEST(FrameError, has_a_sentence_for_each) {
  for (const auto error :
       {FrameError::too_long, FrameError::reserved_not_zero, FrameError::too_many_fds,
        FrameError::fds_missing, FrameError::fds_unannounced}) {
    EXPECT_NE(describe(error), "unknown");
  }
}

}  // namespace
}  // namespace ringfence::channel::test
