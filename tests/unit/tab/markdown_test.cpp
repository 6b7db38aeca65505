#include "daemon/tab/markdown.hpp"

#include <catch2/catch.hpp>

#include <string>

using mizo::tab::markdown_max;
using mizo::tab::render_markdown;

namespace {

std::string html_of(const std::string& markdown)
{
    return render_markdown(markdown).html;
}

bool holds(const std::string& text, const std::string& piece)
{
    return text.find(piece) != std::string::npos;
}

std::string repeated(const std::string& piece, std::size_t size)
{
    std::string text;
    while (text.size() < size) text += piece;
    return text;
}

std::string link_to(const std::string& url, const std::string& text)
{
    return "<a href=\"" + url + "\" title=\"" + url +
           "\" target=\"_blank\" rel=\"noopener noreferrer nofollow\">" + text + "</a>";
}

} // namespace

TEST_CASE("ordinary Markdown becomes ordinary HTML, its headings below the section's own", "[tab][markdown]")
{
    CHECK(html_of("# Cause\n\nThe **switch** `sw-1` is _down_.\n\n1. one\n2. two\n") ==
          "<h3>Cause</h3>\n<p>The <strong>switch</strong> <code>sw-1</code> is <em>down</em>.</p>\n"
          "<ol>\n<li>one</li>\n<li>two</li>\n</ol>\n");
    CHECK(html_of("###### six") == "<h6>six</h6>\n");
    CHECK(html_of("") == "");
}

TEST_CASE("a link opens a page of its own, tells nobody where it came from, and shows where it leads",
          "[tab][markdown]")
{
    CHECK(html_of("[x](https://kb.example/a?b=1&c=2)") ==
          "<p>" + link_to("https://kb.example/a?b=1&amp;c=2", "x") + "</p>\n");
    CHECK(html_of("<mailto:it@example.net>") ==
          "<p>" + link_to("mailto:it@example.net", "mailto:it@example.net") + "</p>\n");
    CHECK(html_of("[x](HTTPS://kb.example \"a title\")") ==
          "<p>" + link_to("HTTPS://kb.example", "x") + "</p>\n");
}

TEST_CASE("a link that leads anywhere else is its text", "[tab][markdown]")
{
    for (const char* url :
         {"javascript:alert(1)", "JaVaScRiPt:alert(1)", "&#106;avascript:alert(1)", "data:text/html,x",
          "vbscript:x", "file:///etc/passwd", "//evil.example", "/tab/session", "#top", "tel:1", "https:evil",
          "<java\tscript:alert(1)>", "<https://a b>", "https://a\\@evil", "https://good.example@evil",
          "&#x1;https://evil", "blob:https://x"}) {
        INFO(url);
        const std::string html = html_of("[the *text*](" + std::string{url} + ")");
        CHECK_FALSE(holds(html, "<a"));
        CHECK_FALSE(holds(html, "href"));
        CHECK(holds(html, "the <em>text</em>"));
    }
}

TEST_CASE("a URL cannot leave its attribute", "[tab][markdown]")
{
    const std::string html = html_of("[x](<https://a.example/\"onmouseover='alert(1)>)");
    CHECK(holds(html, "href=\"https://a.example/&quot;onmouseover=&#39;alert(1)\""));
}

TEST_CASE("a URL over its limit is no link", "[tab][markdown]")
{
    const std::string longest = "https://a.example/" + std::string(2'000 - 18, 'x');
    CHECK(holds(html_of("[x](" + longest + ")"), "<a href"));
    CHECK_FALSE(holds(html_of("[x](" + longest + "y)"), "<a href"));
}

TEST_CASE("an image is its text, and nothing is loaded for it", "[tab][markdown]")
{
    CHECK(html_of("![a [b](https://c.example) d](https://tracker.example/x.png)") ==
          "<p>a " + link_to("https://c.example", "b") + " d</p>\n");
    CHECK(html_of("[![alt](x.png)](https://c.example)") ==
          "<p>" + link_to("https://c.example", "alt") + "</p>\n");
}

TEST_CASE("raw HTML is shown as text", "[tab][markdown]")
{
    CHECK(html_of("a <b onclick=\"x\">b</b> <script>alert(1)</script>") ==
          "<p>a &lt;b onclick=&quot;x&quot;&gt;b&lt;/b&gt; &lt;script&gt;alert(1)&lt;/script&gt;</p>\n");
    CHECK(html_of("<div>\n<img src=x onerror=alert(1)>\n</div>") ==
          "<pre><code>&lt;div&gt;\n&lt;img src=x onerror=alert(1)&gt;\n&lt;/div&gt;\n</code></pre>\n");
    CHECK(html_of("<!-- a --> <?b?> <![CDATA[c]]>") ==
          "<pre><code>&lt;!-- a --&gt; &lt;?b?&gt; &lt;![CDATA[c]]&gt;\n</code></pre>\n");
    CHECK(html_of("``` x\" onload=y\ncode\n```") == "<pre><code>code\n</code></pre>\n");
}

TEST_CASE("what turns the reading order or cannot be seen is left out, also as an entity", "[tab][markdown]")
{
    CHECK(html_of("a\u202Eb\u2066c\u200Bd\u00ADe\uFEFFf") == "<p>abcdef</p>\n");
    CHECK(html_of("a&#x202E;b&#8203;c&#7;d") == "<p>abcd</p>\n");
    CHECK(html_of("a\U000E0041\U000E0042b") == "<p>ab</p>\n");
    CHECK(html_of("[x](https://a.example/\u202Egnp.exe)") ==
          "<p>" + link_to("https://a.example/gnp.exe", "x") + "</p>\n");
    // Families and flags are joined, and Persian words are not.
    CHECK(html_of("\U0001F468\u200D\U0001F469") == "<p>\U0001F468\u200D\U0001F469</p>\n");
}

TEST_CASE("bytes that are no UTF-8 do no harm", "[tab][markdown]")
{
    CHECK(html_of("a\xff\xc0\x80 b") == "<p>a\uFFFD\uFFFD b</p>\n");
}

TEST_CASE("nesting deeper than anybody writes is shown as it was written", "[tab][markdown]")
{
    CHECK(holds(html_of(repeated("> ", 2 * 36) + "a"), "<blockquote>"));
    const std::string deep = html_of(repeated("> ", 2 * 60) + "<a>");
    CHECK(deep.starts_with("<pre>&gt; &gt;"));
    CHECK(deep.ends_with("&lt;a&gt;</pre>\n"));
    CHECK(html_of(repeated("- ", 10'000) + "a").starts_with("<pre>"));
    CHECK(html_of(repeated("*a **a ", 20'000)).size() < 100'000);
}

TEST_CASE("Markdown is cut at its limit, and says so", "[tab][markdown]")
{
    CHECK_FALSE(render_markdown(std::string(markdown_max, 'a')).cut);
    const auto cut = render_markdown(std::string(markdown_max + 1, 'a'));
    CHECK(cut.cut);
    CHECK(cut.html == "<p>" + std::string(markdown_max, 'a') + "</p>\n");
    CHECK(render_markdown(std::string(1024 * 1024, 'a')).html == cut.html);
}

TEST_CASE("no Markdown grows without bound", "[tab][markdown]")
{
    const std::string url = "https://a.example/" + std::string(1'500, 'x');
    const std::string references = html_of("[a]: " + url + "\n\n" + repeated("[a]", markdown_max - 2'000));
    CHECK(references.size() < 512 * 1024);
    for (const char* piece :
         {"[", "![", "[a](", "<!--", "`a``", "_*", "&", "<", "\\", "> - ", "- a\n  ", "|"}) {
        INFO(piece);
        CHECK(html_of(repeated(piece, 1024 * 1024)).size() < 512 * 1024);
    }
}
