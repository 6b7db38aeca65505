#pragma once

#include <string>
#include <vector>

namespace mizo::cli {

struct Console;

// The program: reads the command, does it, and returns the exit status: 0 done, 1 failed, 2 wrong usage,
// 3 the daemon cannot be reached.
int main(const std::vector<std::string>& arguments);

// The same with a console of the caller's; `arguments` begin after the program's name.
int main(const std::vector<std::string>& arguments, Console& console);

} // namespace mizo::cli
