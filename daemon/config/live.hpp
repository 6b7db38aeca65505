#pragma once

#include "daemon/config/settings.hpp"

#include <functional>
#include <memory>
#include <utility>
#include <vector>

namespace mizo::config {

// The settings in force. Whoever must act on a change subscribes. On the loop's thread only.
class LiveSettings {
public:
    using Listener = std::function<void(const Settings&)>;

    explicit LiveSettings(Settings settings) : current_{std::make_shared<const Settings>(std::move(settings))}
    {}

    std::shared_ptr<const Settings> current() const { return current_; }

    void subscribe(Listener listener) { listeners_.push_back(std::move(listener)); }

    void replace(Settings settings)
    {
        current_ = std::make_shared<const Settings>(std::move(settings));
        for (const auto& listener : listeners_) listener(*current_);
    }

private:
    std::shared_ptr<const Settings> current_;
    std::vector<Listener> listeners_;
};

} // namespace mizo::config
