// call_storm: runs storms of calls from consecutive seeds and stops at the first that breaks
// something: it prints the seed, the virtual time, the call and its messages. Exit status 0, 1, or
// 64 for bad options.
#include <CLI/CLI.hpp>
#include <chrono>
#include <iostream>

#include "tests/simulation/storm/storm.hpp"

using namespace ringfence::simulation;

int main(int argc, char** argv) {
  StormOptions options;
  std::uint64_t seeds = 1;
  std::string crashes = "on";
  std::string transfers = "off";
  double loss_percent = 5;
  bool twice = false;
  CLI::App app("Storms of simulated calls through the whole product, from a seed.");
  app.add_option("--seed", options.seed, "the first seed");
  app.add_option("--seeds", seeds, "how many, one after the other");
  app.add_option("--calls", options.calls, "calls in each run");
  app.add_option("--loss", loss_percent, "lost datagrams, in percent")->check(CLI::Range(0, 50));
  app.add_option("--crashes", crashes, "on: processes die and connections break")
      ->check(CLI::IsMember({"on", "off"}));
  app.add_option("--transfers", transfers, "on: phones send REFER")
      ->check(CLI::IsMember({"on", "off"}));
  app.add_option("--rate", options.calls_per_second, "calls a second of virtual time");
  app.add_option("--show", options.shown_call, "print this call's messages at the end");
  app.add_flag("--twice", twice, "run each seed twice and compare all that the box did");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 64;
  }
  options.loss = loss_percent / 100;
  options.crashes = crashes == "on" ? Crashes::on : Crashes::off;
  options.transfers = transfers == "on" ? Transfers::on : Transfers::off;
  const std::uint64_t first = options.seed;
  for (; options.seed < first + seeds; ++options.seed) {
    const auto began = std::chrono::steady_clock::now();
    Storm storm(options);
    const bool held = storm.run();
    storm.summarise(std::cout);
    std::cout << "  "
              << std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count()
              << " s\n";
    if (!held) {
      storm.report(std::cout);
      return 1;
    }
    if (!twice) continue;
    Storm again(options);
    again.run();
    if (again.hash() != storm.hash()) {
      std::cout << "seed " << options.seed << " gave another run the second time\n";
      return 1;
    }
  }
  return 0;
}
