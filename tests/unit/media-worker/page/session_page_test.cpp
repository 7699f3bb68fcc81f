#include "media-worker/page/session_page.hpp"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include "support/packets.hpp"

namespace ringfence::media_worker::test {
namespace {

class SessionPageTest : public testing::Test {
 protected:
  SessionPageTest() : memory_(::memfd_create("page", MFD_CLOEXEC)) {
    EXPECT_EQ(::ftruncate(memory_.get(), 3 * sizeof(SavedSession)), 0);
  }
  SessionPage page() { return *SessionPage::map(memory_); }
  static SessionDescription session() {
    SessionDescription description;
    description.id = SessionId(77);
    description.silence_timeout = std::chrono::seconds(30);
    description.a.lease = LeaseId(1);
    description.a.remote_rtp = SocketAddress::parse("192.0.2.1:4000");
    description.a.remote_rtcp = description.a.remote_rtp;
    description.a.protection =
        SdesSrtp{&suite_80(), key(1), key(2), *Mki::of(octets("01")), *Mki::of(octets("0000042a"))};
    description.a.latch = LatchPolicy::follow_source;
    description.b.lease = LeaseId(2);
    description.b.remote_rtp = SocketAddress::parse("[2001:db8::1]:5000");
    description.b.from_peer = Flow::held;
    description.b.events = {101, 8000};
    return description;
  }
  static void fill(SavedSession& place) {
    place.describe(session(), *SocketAddress::parse("192.0.2.9:16384"),
                   *SocketAddress::parse("[2001:db8::9]:16386"));
    place.set_valid(true);
  }

  Fd memory_;
};

TEST_F(SessionPageTest, the_next_worker_finds_what_was_left_whole) {
  fill(*page().take());
  SessionPage next = page();
  const auto left = next.left_over();
  ASSERT_EQ(left.size(), 1u);
  const auto found = left[0]->description();
  ASSERT_TRUE(found);
  EXPECT_EQ(found->id, SessionId(77));
  EXPECT_EQ(found->silence_timeout, std::chrono::seconds(30));
  EXPECT_EQ(found->a.remote_rtp, session().a.remote_rtp);
  EXPECT_TRUE(found->a.multiplexed());
  EXPECT_EQ(found->a.latch, LatchPolicy::follow_source);
  const auto& sdes = std::get<SdesSrtp>(found->a.protection);
  EXPECT_EQ(sdes.suite, &suite_80());
  EXPECT_TRUE(std::ranges::equal(sdes.send_key_salt.bytes(), key(1).bytes()));
  EXPECT_TRUE(std::ranges::equal(sdes.receive_key_salt.bytes(), key(2).bytes()));
  EXPECT_EQ(sdes.send_mki, Mki::of(octets("01")));
  EXPECT_EQ(sdes.receive_mki, Mki::of(octets("0000042a")));
  EXPECT_TRUE(std::holds_alternative<PlainRtp>(found->b.protection));
  EXPECT_EQ(found->b.remote_rtp, session().b.remote_rtp);
  EXPECT_FALSE(found->b.remote_rtcp);
  EXPECT_EQ(found->b.from_peer, Flow::held);
  EXPECT_EQ(found->b.events.payload_type, 101);
  EXPECT_EQ(found->b.events.clock_rate, 8000U);
  EXPECT_EQ(left[0]->a.local.get(), SocketAddress::parse("192.0.2.9:16384"));
}

TEST_F(SessionPageTest, what_was_being_written_is_wiped) {
  {
    SessionPage dying = page();
    SavedSession* const place = dying.take();
    fill(*place);
    place->set_valid(false);  // a re-INVITE begins
  }
  SessionPage next = page();
  EXPECT_TRUE(next.left_over().empty());
  SavedSession* const place = next.take();
  ASSERT_NE(place, nullptr);
  EXPECT_EQ(place->id, 0u);
  EXPECT_EQ(place->a.send_key.octets, SavedLeg::Key().octets);
}

TEST_F(SessionPageTest, has_places_for_what_fits_and_lends_them_again_wiped) {
  SessionPage one = page();
  SavedSession* const first = one.take();
  SavedSession* const second = one.take();
  ASSERT_NE(first, nullptr);
  ASSERT_NE(second, nullptr);
  EXPECT_EQ(one.take(), nullptr);
  fill(*first);
  one.give_back(first);
  EXPECT_EQ(one.take(), first);
  EXPECT_FALSE(first->is_valid());
  EXPECT_EQ(first->id, 0u);
}

TEST_F(SessionPageTest, what_another_build_left_is_not_read) {
  fill(*page().take());
  const std::uint64_t other_form = 1;
  ASSERT_EQ(::pwrite(memory_.get(), &other_form, sizeof other_form, 0), 8);
  EXPECT_TRUE(page().left_over().empty());
}

TEST_F(SessionPageTest, after_three_deaths_nobody_goes_on_with_it) {
  fill(*page().take());
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(page().left_over().size(), 1u);
  SessionPage last = page();
  EXPECT_TRUE(last.left_over().empty());
  EXPECT_EQ(last.given_up(), 1u);
}

TEST_F(SessionPageTest, nothing_of_an_earlier_key_stays) {
  SessionPage one = page();
  SavedSession* const place = one.take();
  fill(*place);
  SessionDescription plain = session();
  plain.a.protection = PlainRtp{};
  place->describe(plain, *SocketAddress::parse("192.0.2.9:16384"),
                  *SocketAddress::parse("192.0.2.9:16386"));
  EXPECT_EQ(place->a.send_key.octets, SavedLeg::Key().octets);
  EXPECT_EQ(place->a.receive_key.size, 0u);
}

TEST_F(SessionPageTest, a_worker_that_lives_for_a_while_clears_the_suspicion) {
  fill(*page().take());
  for (int i = 0; i < 5; ++i) {
    SessionPage one = page();
    EXPECT_EQ(one.left_over().size(), 1u);
    one.settle();
  }
}

TEST_F(SessionPageTest, refuses_memory_without_room) {
  EXPECT_EQ(::ftruncate(memory_.get(), 100), 0);
  EXPECT_FALSE(SessionPage::map(memory_));
}

TEST(SavedStreams, say_how_far_each_source_is) {
  SavedStreams streams;
  streams.note_rtp(Ssrc(7), 0x1'0005);
  streams.note_rtp(Ssrc(7), 0x1'0006);
  streams.note_rtcp(Ssrc(8), 3);
  ASSERT_EQ(streams.used().size(), 2u);
  EXPECT_EQ(streams.used()[0].rtp_next, 0x1'0007u);
  EXPECT_EQ(streams.used()[0].rtcp_next, 0u);
  EXPECT_EQ(streams.used()[1].rtcp_next, 4u);
  streams.clear();
  EXPECT_TRUE(streams.used().empty());
}

}  // namespace
}  // namespace ringfence::media_worker::test
