// Assets: the site's style and script (site/style.css, site/site.js), embedded by cmake/site.cmake.
#pragma once

#include <string_view>

namespace antidotary::publish {

std::string_view site_style();
std::string_view site_script();

}  // namespace antidotary::publish
