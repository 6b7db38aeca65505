#pragma once

#include "daemon/web/percent.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mizo::web {

// A table of method, path pattern and what serves it. A pattern's part in braces ("/deliveries/{id}")
// matches one segment, which is handed on decoded; everything else matches to the letter.
template <class Handler>
class Router {
public:
    using Parameters = std::vector<std::string>;

    struct Match {
        const Handler* handler = nullptr; // null: no such path, or not with this method
        Parameters parameters;
        std::string allow; // the methods of the path, where the method does not fit
    };

    void add(std::string method, std::string_view pattern, Handler handler)
    {
        routes_.push_back(
            {std::move(method), segments_of(pattern), std::string{pattern}, std::move(handler)});
    }

    Match find(std::string_view method, std::string_view path) const
    {
        Match match;
        const auto segments = segments_of(path);
        for (const Route& route : routes_) {
            Parameters parameters;
            if (!fits(route, segments, parameters)) continue;
            if (route.method == method) return {&route.handler, std::move(parameters), {}};
            match.allow += match.allow.empty() ? route.method : ", " + route.method;
        }
        return match;
    }

    // Each route as "GET /path/{id}", for the test that holds the router against the API's document.
    std::vector<std::string> list() const
    {
        std::vector<std::string> all;
        for (const Route& route : routes_) all.push_back(route.method + " " + route.pattern);
        return all;
    }

private:
    struct Route {
        std::string method;
        std::vector<std::string> segments;
        std::string pattern;
        Handler handler;
    };

    static std::vector<std::string> segments_of(std::string_view path)
    {
        std::vector<std::string> segments;
        while (!path.empty()) {
            path.remove_prefix(1); // the slash
            const auto end = std::min(path.find('/'), path.size());
            segments.emplace_back(path.substr(0, end));
            path.remove_prefix(end);
        }
        return segments;
    }

    static bool fits(const Route& route, const std::vector<std::string>& segments, Parameters& parameters)
    {
        if (route.segments.size() != segments.size()) return false;
        for (std::size_t i = 0; i < segments.size(); ++i) {
            if (route.segments[i].starts_with('{')) {
                auto value = percent_decoded(segments[i]);
                if (!value || value->empty()) return false;
                parameters.push_back(std::move(*value));
            } else if (route.segments[i] != segments[i]) {
                return false;
            }
        }
        return true;
    }

    std::vector<Route> routes_;
};

} // namespace mizo::web
