#pragma once

#include <boost/json/object.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace mizo::config {

// One thing that is wrong with one setting. `code` is stable, `text` is its English sentence with `args`
// filled in, `place` says where it was read ("mizo-relay.conf, line 12"; empty for a change over the API).
// The value itself is never repeated: it may be a secret.
struct Problem {
    std::string key;
    std::string code;
    std::string text;
    boost::json::object args;
    std::string place = {};
};
using Problems = std::vector<Problem>;

// The codes are declared in problem.cpp and listed in docs/errors.md.
Problem make_problem(std::string_view key, std::string_view code, boost::json::object args = {});

struct ProblemText {
    std::string_view code;
    std::string_view text;
};
// Every code with its English sentence, in which {name} stands for an argument.
const std::vector<ProblemText>& problem_texts();

} // namespace mizo::config
