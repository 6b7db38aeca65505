#pragma once

#include "daemon/setup/wanted.hpp"

#include <set>
#include <string>
#include <vector>

namespace mizo::setup {

// One call that changes HaloPSA: an object made, or changed in the fields that are named, and no others.
struct Edit {
    Area area{};
    std::string path;
    json::object body; // with the object's id, where there is one
    Changes changes;   // the same for people
    bool makes = false;
    bool needs_secret = false; // the tab's iframe secret is to be put into the body
};

// What would make these checks right, as far as HaloPSA's API can; empty: nothing to do, or nothing that
// could be done. A check that is right is left alone, so planning again after it was done gives nothing.
std::vector<Edit> plan(const Facts& facts, const std::set<std::string>& checks);

// The same in words for one check; a certificate that is missing in HaloPSA is among it.
Changes changes_for(const Facts& facts, const std::string& check);

// Whether HaloPSA has no certificate of ours, and lets us see that.
bool certificate_wanted(const Facts& facts);

} // namespace mizo::setup
