#include <gtest/gtest.h>

#include "media-worker/rtp/rtcp_packet.hpp"
#include "media-worker/rtp/rtcp_relay.hpp"
#include "support/packets.hpp"

namespace ringfence::media_worker::test {
namespace {

constexpr Cname kOurs{'0', '1', '2', '3', '4', '5', '6', '7',
                      '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'};

std::expected<Packet, RelayError> relay(const Packet& in, const StreamNumbers* numbers = nullptr) {
  Packet out(kMaxPacket);
  const auto size = relay_rtcp(in, out, kOurs, numbers);
  if (!size) return std::unexpected(size.error());
  out.resize(*size);
  return out;
}

TEST(RtcpPacket, walks_over_every_part_of_a_compound) {
  const Packet packet = receiver_report(1, 2, 3) + source_description(1, "me@here");
  RtcpReader reader(packet);
  EXPECT_TRUE((*reader.next())->is(RtcpType::receiver_report));
  EXPECT_TRUE((*reader.next())->is(RtcpType::source_description));
  EXPECT_FALSE(*reader.next());
}

TEST(RtcpPacket, refuses_every_cut_of_a_compound_R132) {
  const Packet whole = receiver_report(1, 2, 3) + source_description(1, "me@here");
  for (std::size_t size = 0; size < whole.size(); ++size) {
    if (size == 32) continue;  // the report alone is a packet
    const Packet cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
    EXPECT_FALSE(is_well_formed_rtcp(cut)) << size;
  }
  EXPECT_TRUE(is_well_formed_rtcp(whole));
}

TEST(RtcpPacket, refuses_padding_that_is_misplaced_or_too_long_R132) {
  Packet padded = receiver_report(1, 2, 3) + octets("00000004");
  padded[3] = 8;
  padded[0] |= 0x20;
  EXPECT_TRUE(is_well_formed_rtcp(padded));
  EXPECT_FALSE(is_well_formed_rtcp(padded + source_description(1, "me")));
  for (const int padding : {0, 3, 40, 255}) {
    padded.back() = static_cast<std::uint8_t>(padding);
    EXPECT_FALSE(is_well_formed_rtcp(padded)) << padding;
  }
}

TEST(RtcpRelay, replaces_the_name_of_a_source_R168) {
  const auto out = relay(receiver_report(1, 2, 3) + source_description(9, "bob@10.1.2.3"));
  ASSERT_TRUE(out);
  EXPECT_EQ(*out, receiver_report(1, 2, 3) + octets("81ca0006"
                                                    "00000009"
                                                    "0110"
                                                    "30313233343536373839616263646566"
                                                    "0000"));
}

TEST(RtcpRelay, drops_application_parts_and_the_reason_of_a_goodbye_R168) {
  const Packet application = octets(
      "80cc0002"
      "00000001"
      "696e7369");
  const Packet goodbye = octets(
      "81cb0002"
      "00000001"
      "03627965");
  const auto out = relay(receiver_report(1, 2, 3) + application + goodbye);
  ASSERT_TRUE(out);
  EXPECT_EQ(*out, receiver_report(1, 2, 3) + octets("81cb0001"
                                                    "00000001"));
}

TEST(RtcpRelay, passes_feedback_and_extended_reports) {
  const Packet feedback = octets(
      "81cd0003"
      "00000001"
      "00000002"
      "00050000");
  const Packet extended = octets(
      "80cf0001"
      "00000001");
  EXPECT_EQ(relay(receiver_report(1, 2, 3) + feedback + extended),
            receiver_report(1, 2, 3) + feedback + extended);
}

TEST(RtcpRelay, says_nothing_where_nothing_is_left) {
  EXPECT_EQ(relay(octets("80cc0002"
                         "00000001"
                         "696e7369"))
                .error(),
            RelayError::nothing_left);
  EXPECT_EQ(relay(octets("80cb0000")).error(), RelayError::nothing_left);
}

TEST(RtcpRelay, refuses_counts_that_the_part_does_not_hold_R132) {
  Packet report = receiver_report(1, 2, 3);
  report[0] = 0x82;
  EXPECT_EQ(relay(report).error(), RelayError::malformed);
  EXPECT_EQ(relay(octets("9fc80006") + Packet(24)).error(), RelayError::malformed);
  EXPECT_EQ(relay(octets("9fcb0001"
                         "00000001"))
                .error(),
            RelayError::malformed);
  Packet description = source_description(1, "me@here");
  description[0] = 0x9f;
  EXPECT_EQ(relay(description).error(), RelayError::malformed);
}

TEST(RtcpRelay, refuses_an_item_that_runs_past_its_chunk_R132) {
  Packet description = source_description(1, "me@here");
  description[9] = 200;
  EXPECT_EQ(relay(description).error(), RelayError::malformed);
  // A chunk whose items end without the zero that ends them.
  EXPECT_EQ(relay(octets("81ca0002"
                         "00000001"
                         "01026162"))
                .error(),
            RelayError::malformed);
}

TEST(RtcpRelay, refuses_what_grows_beyond_a_datagram) {
  // Thirty-one chunks of eight octets become thirty-one of twenty-four.
  Packet many = octets("9fca003e");
  for (int i = 0; i < 31; ++i)
    many = many + octets(
                      "00000001"
                      "00000000");
  EXPECT_EQ(relay(many)->size(), 4u + 31 * 24);
  EXPECT_EQ(relay(many + many + many).error(), RelayError::too_long);
}

class MinusThousand final : public StreamNumbers {
 public:
  std::uint32_t to_source(Ssrc ssrc, std::uint32_t highest) const noexcept override {
    return ssrc == Ssrc(2) ? highest - 1000 : highest;
  }
};

TEST(RtcpRelay, gives_a_source_its_own_numbers_back) {
  const MinusThousand numbers;
  EXPECT_EQ(relay(receiver_report(1, 2, 1500), &numbers), receiver_report(1, 2, 500));
  EXPECT_EQ(relay(receiver_report(1, 3, 1500), &numbers), receiver_report(1, 3, 1500));
}

}  // namespace
}  // namespace ringfence::media_worker::test
