#pragma once

#include <string>
#include <vector>

namespace mizo::cli {

// The program: reads the command, does it, and returns the exit status: 0 done, 1 failed, 2 wrong usage,
// 3 the daemon cannot be reached.
int main(const std::vector<std::string>& arguments);

} // namespace mizo::cli
