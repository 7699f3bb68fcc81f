// The script by which bash completes ringfencectl's words, made from the tree of commands itself,
// so that it knows what --help knows.
#pragma once

#include <string>

namespace CLI {
class App;
}

namespace ringfence::admin {

std::string bash_completion(const CLI::App& app);

}  // namespace ringfence::admin
