#include "sip-core/location/locator.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

namespace ringfence::sip_core {
namespace {

using namespace std::chrono_literals;
using State = Located::State;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

// A name server: what it does not know is absent.
class LocatorTest : public ::testing::Test {
 protected:
  Located locate(const NextHop& hop) {
    for (int turn = 0; turn < 10; ++turn) {
      Located located = locator.locate(hop, now, actions);
      if (!answer_all()) return located;
    }
    return {};
  }
  bool answer_all() {
    bool any = false;
    for (const Action& action : std::exchange(actions, {})) {
      const auto& question = std::get<ResolveName>(action);
      asked.push_back(question.name);
      if (silent.contains(question.name)) continue;
      const auto found = zone.find({question.type, question.name});
      DnsResult result = std::unexpected(DnsFailure{DnsFault::absent, "none"});
      if (found != zone.end()) result = DnsAnswer{found->second, 60s};
      any = cache.on_resolved({question.query, std::move(result)}, now, actions) || any;
    }
    return any;
  }
  void address(const std::string& name, const std::string& ip) {
    zone[{RecordType::address, name}] = std::vector{*IpAddress::parse(ip)};
  }
  void srv(const std::string& name, std::vector<SrvRecord> records) {
    zone[{RecordType::srv, name}] = std::move(records);
  }
  void naptr(std::vector<NaptrRecord> records) {
    zone[{RecordType::naptr, "c.example"}] = std::move(records);
  }
  static std::vector<std::string> texts(const Located& located) {
    std::vector<std::string> out;
    for (const SocketAddress& target : located.targets)
      out.push_back(target.to_string());
    return out;
  }

  TimePoint now{1h};
  Actions actions;
  Identifiers ids;
  SeededRandom random{3263};
  DnsCache cache{ids};
  Locator locator{cache, random};
  std::map<std::pair<RecordType, std::string>, DnsRecords> zone;
  std::set<std::string> silent;
  std::vector<std::string> asked;
  NextHop udp{"c.example", {}, TransportKind::udp, sip::Scheme::sip, NextHop::Transport::open};
  NextHop sips{"c.example", {}, TransportKind::tls, sip::Scheme::sips, NextHop::Transport::open};
};

TEST_F(LocatorTest, ANumericHostIsAskedOfNobodyR095) {
  udp.host = "192.0.2.9";
  EXPECT_THAT(texts(locate(udp)), ElementsAre("192.0.2.9:5060"));
  EXPECT_THAT(asked, IsEmpty());
}

TEST_F(LocatorTest, AnExplicitPortMeansTheHostItselfR095) {
  udp.port = 5070;
  address("c.example", "192.0.2.1");
  srv("_sip._udp.c.example", {{1, 1, 5080, "a.example"}});
  EXPECT_THAT(texts(locate(udp)), ElementsAre("192.0.2.1:5070"));
  EXPECT_THAT(asked, ElementsAre("c.example"));
}

TEST_F(LocatorTest, ANamedTransportNeedsNoNaptr) {
  udp.transport_parameter = NextHop::Transport::named;
  naptr({{1, 1, "s", "SIP+D2U", "", "_sip._udp.other.example"}});
  srv("_sip._udp.c.example", {{1, 1, 5080, "a.example"}});
  address("a.example", "192.0.2.2");
  EXPECT_THAT(texts(locate(udp)), ElementsAre("192.0.2.2:5080"));
}

TEST_F(LocatorTest, FollowsNaptrThenSrvThenAddresses) {
  naptr({{1, 1, "s", "SIP+D2U", "", "_sip._udp.pool.example"}});
  srv("_sip._udp.pool.example", {{2, 1, 5082, "b.example"}, {1, 1, 5081, "a.example"}});
  address("a.example", "192.0.2.2");
  address("b.example", "192.0.2.3");
  EXPECT_THAT(texts(locate(udp)), ElementsAre("192.0.2.2:5081", "192.0.2.3:5082"));
}

TEST_F(LocatorTest, WithoutNaptrTheServiceIsNamedByTheTransportR096) {
  srv("_sips._tcp.c.example", {{1, 1, 5065, "a.example"}});
  address("a.example", "192.0.2.2");
  EXPECT_THAT(texts(locate(sips)), ElementsAre("192.0.2.2:5065"));
  // A sip: URI that wants TLS uses the same name.
  sips.scheme = sip::Scheme::sip;
  EXPECT_THAT(texts(locate(sips)), ElementsAre("192.0.2.2:5065"));
}

TEST_F(LocatorTest, WithoutServiceRecordsTheHostsDefaultPortServesR095) {
  address("c.example", "192.0.2.1");
  EXPECT_THAT(texts(locate(udp)), ElementsAre("192.0.2.1:5060"));
  EXPECT_THAT(texts(locate(sips)), ElementsAre("192.0.2.1:5061"));
}

TEST_F(LocatorTest, ASipsUriNeverFallsToAServiceWithoutTlsR094) {
  naptr({{1, 1, "s", "SIP+D2T", "", "_sip._tcp.c.example"},
         {2, 1, "s", "SIP+D2U", "", "_sip._udp.c.example"}});
  srv("_sip._tcp.c.example", {{1, 1, 5060, "a.example"}});
  address("a.example", "192.0.2.2");
  address("c.example", "192.0.2.1");
  const Located located = locate(sips);
  EXPECT_EQ(located.state, State::failed);
  EXPECT_THAT(located.reason, HasSubstr("no SIPS service"));
}

TEST_F(LocatorTest, ATargetOfTheRootMeansNoServiceF116) {
  srv("_sip._udp.c.example", {{0, 0, 0, "."}});
  address("c.example", "192.0.2.1");
  EXPECT_EQ(locate(udp).state, State::failed);
}

TEST_F(LocatorTest, TakesAnAddressAsATargetAndNothingOfPortZeroF116) {
  srv("_sip._udp.c.example", {{1, 0, 5081, "192.0.2.7"}, {2, 0, 0, "192.0.2.8"}});
  EXPECT_THAT(texts(locate(udp)), ElementsAre("192.0.2.7:5081"));
}

TEST_F(LocatorTest, HasAtMostSixteenTargetsF116) {
  std::vector<IpAddress> many;
  for (int i = 1; i <= 100; ++i)
    many.push_back(*IpAddress::parse("192.0.2." + std::to_string(i)));
  zone[{RecordType::address, "c.example"}] = many;
  EXPECT_EQ(locate(udp).targets.size(), Locator::kMaxTargets);
}

TEST_F(LocatorTest, AsksForEverythingThatItMayNeedAtOnce) {
  EXPECT_EQ(locator.locate(udp, now, actions).state, State::pending);
  answer_all();
  EXPECT_THAT(asked, UnorderedElementsAre("c.example", "_sip._udp.c.example", "c.example"));
}

// R100: one slow name delays nobody whom a better target can serve.
TEST_F(LocatorTest, WaitsForTheBestTargetAndForNoOtherR100) {
  srv("_sip._udp.c.example", {{1, 0, 5081, "a.example"}, {2, 0, 5082, "b.example"}});
  address("a.example", "192.0.2.2");
  silent = {"b.example"};
  EXPECT_THAT(texts(locate(udp)), ElementsAre("192.0.2.2:5081"));
}

TEST_F(LocatorTest, IsPendingWhileTheBestTargetIs) {
  srv("_sip._udp.c.example", {{1, 0, 5081, "a.example"}, {2, 0, 5082, "b.example"}});
  silent = {"a.example", "b.example"};
  EXPECT_EQ(locate(udp).state, State::pending);
}

TEST_F(LocatorTest, GoesToTheNextTargetWhereTheBestDoesNotResolve) {
  srv("_sip._udp.c.example", {{1, 0, 5081, "a.example"}, {2, 0, 5082, "b.example"}});
  address("b.example", "192.0.2.3");
  EXPECT_THAT(texts(locate(udp)), ElementsAre("192.0.2.3:5082"));
}

TEST_F(LocatorTest, SaysWhyThereIsNothing) {
  EXPECT_THAT(locate(udp).reason, HasSubstr("cannot resolve c.example"));
}

}  // namespace
}  // namespace ringfence::sip_core
