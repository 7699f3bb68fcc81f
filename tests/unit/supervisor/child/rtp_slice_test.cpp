#include "supervisor/child/rtp_slice.hpp"

#include <gtest/gtest.h>

namespace ringfence::supervisor {
namespace {

TEST(RtpSlice, OneWorkerGetsTheWholeRange) {
  EXPECT_EQ(rtp_slice(16384, 32767, 1, 0), (RtpSlice{16384, 32767}));
}

TEST(RtpSlice, BeginsAtAnEvenPortAndEndsAtAnOddOne) {
  EXPECT_EQ(rtp_slice(20001, 20100, 1, 0), (RtpSlice{20002, 20099}));
  EXPECT_EQ(rtp_slice(20001, 65535, 1, 0), (RtpSlice{20002, 65535}));
}

TEST(RtpSlice, SlicesAreDisjointAndCoverTheRange) {
  for (const std::uint32_t workers : {2U, 3U, 7U, 64U}) {
    std::uint32_t next = 16384;
    for (std::uint32_t i = 0; i < workers; ++i) {
      const RtpSlice slice = rtp_slice(16384, 32767, workers, i);
      EXPECT_EQ(slice.low, next);
      EXPECT_EQ(slice.low % 2, 0);
      EXPECT_EQ(slice.high % 2, 1);
      EXPECT_GT(slice.high, slice.low);
      next = std::uint32_t{slice.high} + 1;
    }
    EXPECT_EQ(next, 32768U);
  }
}

}  // namespace
}  // namespace ringfence::supervisor
