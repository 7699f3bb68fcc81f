#include "runtime/fd.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include <string>

namespace ringfence::test {
namespace {

bool is_open(int fd) {
  return ::fcntl(fd, F_GETFD) >= 0;
}

Fd file_with(const std::string& content) {
  Fd file(::memfd_create("test", MFD_CLOEXEC));
  EXPECT_EQ(::write(file.get(), content.data(), content.size()),
            static_cast<ssize_t>(content.size()));
  return file;
}

TEST(Fd, closes_at_the_end_of_its_life) {
  int number = -1;
  {
    const Fd file = file_with("");
    number = file.get();
    EXPECT_TRUE(is_open(number));
  }
  EXPECT_FALSE(is_open(number));
}

TEST(Fd, moves_its_descriptor_and_closes_the_one_that_it_replaces) {
  Fd one = file_with("");
  Fd two = file_with("");
  const int first = one.get();
  const int second = two.get();
  one = std::move(two);
  EXPECT_FALSE(is_open(first));
  EXPECT_EQ(one.get(), second);
  EXPECT_FALSE(two);
  Fd& same = one;
  one = std::move(same);
  EXPECT_TRUE(is_open(second));
}

TEST(Fd, lets_go_of_what_is_released) {
  Fd file = file_with("");
  const int number = file.release();
  EXPECT_FALSE(file);
  EXPECT_TRUE(is_open(number));
  ::close(number);
}

TEST(Fd, a_duplicate_is_the_same_file_closed_on_exec) {
  const Fd file = file_with("content");
  const auto copy = duplicate(file);
  ASSERT_TRUE(copy);
  EXPECT_NE(copy->get(), file.get());
  EXPECT_EQ(::fcntl(copy->get(), F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
  EXPECT_EQ(*read_whole(*copy, 100), "content");
  EXPECT_FALSE(duplicate(Fd()));
}

TEST(Fd, a_socket_pair_is_non_blocking_and_closed_on_exec) {
  const auto ends = socket_pair();
  ASSERT_TRUE(ends);
  for (const Fd* end : {&ends->first, &ends->second}) {
    EXPECT_EQ(::fcntl(end->get(), F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
    EXPECT_EQ(::fcntl(end->get(), F_GETFL) & O_NONBLOCK, O_NONBLOCK);
  }
  ASSERT_EQ(::write(ends->first.get(), "x", 1), 1);
  char octet = 0;
  EXPECT_EQ(::read(ends->second.get(), &octet, 1), 1);
}

TEST(Fd, reads_a_whole_file_from_its_beginning_up_to_the_limit) {
  const std::string content(10'000, 'c');
  const Fd file = file_with(content);  // its offset is at the end
  EXPECT_EQ(*read_whole(file, 10'000), content);
  EXPECT_FALSE(read_whole(file, 9'999));
  EXPECT_EQ(*read_whole(file_with(""), 0), "");
  EXPECT_FALSE(read_whole(Fd(), 10));
}

}  // namespace
}  // namespace ringfence::test
