// Messages that ended sip-core, as they come to the next ones.
#include "sip-core/shell/quarantine.hpp"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <string>

namespace ringfence::sip_core {
namespace {

using namespace std::chrono_literals;

class QuarantineTest : public testing::Test {
 protected:
  QuarantineTest() : file_(::memfd_create("suspects", MFD_CLOEXEC)) {
    EXPECT_EQ(::ftruncate(file_.get(), static_cast<off_t>(SuspectPage::kSize)), 0);
  }
  Quarantine life() {
    Quarantine quarantine([this](ConnectionId) { return remote_; });
    quarantine.take_over(std::move(*SuspectPage::map(file_)), now_);
    return quarantine;
  }
  void die_twice_of(const Event& event) {
    for (int i = 0; i < 2; ++i)
      EXPECT_FALSE(life().drop(event, now_, actions_));
  }
  static Event datagram(const std::string& octets) {
    return DatagramReceived{ListenerId(1), *SocketAddress::parse("11.0.0.2:5060"), octets};
  }
  static Event message(const std::string& octets) {
    return StreamMessageReceived{ConnectionId(3), 7, octets};
  }

  Fd file_;
  TimePoint now_{1000h};
  std::optional<SocketAddress> remote_ = SocketAddress::parse("11.0.0.3:6000");
  Actions actions_;
};

TEST_F(QuarantineTest, DropsADatagramThatWasInHandAtTwoDeathsAndBlamesNobodyF013) {
  die_twice_of(datagram("poison"));
  const auto dropped = life().drop(datagram("poison"), now_, actions_);
  ASSERT_TRUE(dropped);
  EXPECT_EQ(dropped->remote.to_string(), "11.0.0.2:5060");
  EXPECT_EQ(dropped->hash, SuspectPage::hash_of("poison"));
  EXPECT_TRUE(actions_.empty());
}

TEST_F(QuarantineTest, DropsAMessageOfAConnectionTellsTlsFrontSoAndPenalisesF013) {
  die_twice_of(message("poison"));
  const auto dropped = life().drop(message("poison"), now_, actions_);
  ASSERT_TRUE(dropped);
  EXPECT_EQ(dropped->remote.to_string(), "11.0.0.3:6000");
  ASSERT_EQ(actions_.size(), 2u);
  EXPECT_EQ(std::get<PenaliseSource>(actions_[0]).address.to_string(), "11.0.0.3");
  EXPECT_EQ(std::get<MessageDone>(actions_[1]).connection, ConnectionId(3));
  EXPECT_EQ(std::get<MessageDone>(actions_[1]).number, 7u);
}

TEST_F(QuarantineTest, DropsItWhicheverWayItComesF013) {
  die_twice_of(datagram("poison"));
  EXPECT_TRUE(life().drop(message("poison"), now_, actions_));
}

TEST_F(QuarantineTest, FinishesTheMessageOfAConnectionThatIsGone) {
  die_twice_of(message("poison"));
  remote_.reset();
  ASSERT_TRUE(life().drop(message("poison"), now_, actions_));
  ASSERT_EQ(actions_.size(), 1u);
  EXPECT_TRUE(std::holds_alternative<MessageDone>(actions_[0]));
}

TEST_F(QuarantineTest, LetsEverythingElsePassAndThePoisonAfterAnHourF013) {
  die_twice_of(message("poison"));
  EXPECT_FALSE(life().drop(message("harmless"), now_, actions_));
  EXPECT_FALSE(life().drop(ConnectionClosed{ConnectionId(3), "poison"}, now_, actions_));
  Quarantine late = life();
  EXPECT_TRUE(late.drop(message("poison"), now_ + 59min, actions_));
  EXPECT_FALSE(late.drop(message("poison"), now_ + 60min, actions_));
}

TEST_F(QuarantineTest, IsNotFilledByWhatWasPutDown) {
  for (int i = 0; i < 3; ++i) {
    Quarantine quarantine = life();
    EXPECT_FALSE(quarantine.drop(message("harmless"), now_, actions_));
    quarantine.put_down();
  }
}

TEST_F(QuarantineTest, TellsTheLogOnceASecond) {
  die_twice_of(message("poison"));
  Quarantine quarantine = life();
  EXPECT_TRUE(quarantine.drop(message("poison"), now_, actions_)->to_be_told);
  EXPECT_FALSE(quarantine.drop(message("poison"), now_ + 999ms, actions_)->to_be_told);
  EXPECT_TRUE(quarantine.drop(message("poison"), now_ + 1s, actions_)->to_be_told);
}

}  // namespace
}  // namespace ringfence::sip_core
