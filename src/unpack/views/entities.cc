#include "unpack/views/entities.h"

#include <algorithm>
#include <iterator>

#include "core/text.h"

namespace antidotary::unpack {
namespace {

struct Named {
  std::string_view name;
  std::uint16_t code_point;
};

// Those that clamscan 1.4.6 shows decoded, asked for every name of HTML 5's list: HTML 4.01's
// (section 24), `apos`, and names of ISO 8879's sets. Sorted by name, capitals first.
// clang-format off
constexpr Named entities[] = {  // no std::array: clang stops at 256 arguments
    Named{"AElig", 0xc6}, Named{"Aacute", 0xc1}, Named{"Acirc", 0xc2}, Named{"Acy", 0x410},
    Named{"Agrave", 0xc0}, Named{"Alpha", 0x391}, Named{"Aring", 0xc5}, Named{"Atilde", 0xc3},
    Named{"Auml", 0xc4}, Named{"Barwed", 0x2306}, Named{"Bcy", 0x411}, Named{"Beta", 0x392},
    Named{"CHcy", 0x427}, Named{"Cap", 0x22d2}, Named{"Ccedil", 0xc7}, Named{"Chi", 0x3a7},
    Named{"Cup", 0x22d3}, Named{"DJcy", 0x402}, Named{"DScy", 0x405}, Named{"DZcy", 0x40f},
    Named{"Dagger", 0x2021}, Named{"Dcy", 0x414}, Named{"Delta", 0x394}, Named{"Dot", 0xa8},
    Named{"DotDot", 0x20dc}, Named{"ETH", 0xd0}, Named{"Eacute", 0xc9}, Named{"Ecirc", 0xca},
    Named{"Ecy", 0x42d}, Named{"Egrave", 0xc8}, Named{"Epsilon", 0x395}, Named{"Eta", 0x397},
    Named{"Euml", 0xcb}, Named{"Fcy", 0x424}, Named{"GJcy", 0x403}, Named{"Gamma", 0x393},
    Named{"Gcy", 0x413}, Named{"Gg", 0x22d9}, Named{"Gt", 0x226b}, Named{"HARDcy", 0x42a},
    Named{"IEcy", 0x415}, Named{"IOcy", 0x401}, Named{"Iacute", 0xcd}, Named{"Icirc", 0xce},
    Named{"Icy", 0x418}, Named{"Igrave", 0xcc}, Named{"Iota", 0x399}, Named{"Iukcy", 0x406},
    Named{"Iuml", 0xcf}, Named{"Jcy", 0x419}, Named{"Jsercy", 0x408}, Named{"Jukcy", 0x404},
    Named{"KHcy", 0x425}, Named{"KJcy", 0x40c}, Named{"Kappa", 0x39a}, Named{"Kcy", 0x41a},
    Named{"LJcy", 0x409}, Named{"Lambda", 0x39b}, Named{"Lcy", 0x41b}, Named{"Ll", 0x22d8},
    Named{"Lt", 0x226a}, Named{"Mcy", 0x41c}, Named{"Mu", 0x39c}, Named{"NJcy", 0x40a},
    Named{"Ncy", 0x41d}, Named{"Ntilde", 0xd1}, Named{"Nu", 0x39d}, Named{"OElig", 0x152},
    Named{"Oacute", 0xd3}, Named{"Ocirc", 0xd4}, Named{"Ocy", 0x41e}, Named{"Ograve", 0xd2},
    Named{"Omega", 0x3a9}, Named{"Omicron", 0x39f}, Named{"Oslash", 0xd8}, Named{"Otilde", 0xd5},
    Named{"Ouml", 0xd6}, Named{"Pcy", 0x41f}, Named{"Phi", 0x3a6}, Named{"Pi", 0x3a0},
    Named{"Prime", 0x2033}, Named{"Psi", 0x3a8}, Named{"Rcy", 0x420}, Named{"Rho", 0x3a1},
    Named{"SHCHcy", 0x429}, Named{"SHcy", 0x428}, Named{"SOFTcy", 0x42c}, Named{"Scaron", 0x160},
    Named{"Scy", 0x421}, Named{"Sigma", 0x3a3}, Named{"Sub", 0x22d0}, Named{"Sup", 0x22d1},
    Named{"THORN", 0xde}, Named{"TSHcy", 0x40b}, Named{"TScy", 0x426}, Named{"Tau", 0x3a4},
    Named{"Tcy", 0x422}, Named{"Theta", 0x398}, Named{"Uacute", 0xda}, Named{"Ubrcy", 0x40e},
    Named{"Ucirc", 0xdb}, Named{"Ucy", 0x423}, Named{"Ugrave", 0xd9}, Named{"Upsi", 0x3d2},
    Named{"Upsilon", 0x3a5}, Named{"Uuml", 0xdc}, Named{"Vcy", 0x412}, Named{"Vdash", 0x22a9},
    Named{"Verbar", 0x2016}, Named{"Vvdash", 0x22aa}, Named{"Xi", 0x39e}, Named{"YAcy", 0x42f},
    Named{"YIcy", 0x407}, Named{"YUcy", 0x42e}, Named{"Yacute", 0xdd}, Named{"Ycy", 0x42b},
    Named{"Yuml", 0x178}, Named{"ZHcy", 0x416}, Named{"Zcy", 0x417}, Named{"Zeta", 0x396},
    Named{"aacute", 0xe1}, Named{"acirc", 0xe2}, Named{"acute", 0xb4}, Named{"acy", 0x430},
    Named{"aelig", 0xe6}, Named{"agrave", 0xe0}, Named{"alefsym", 0x2135}, Named{"aleph", 0x2135},
    Named{"alpha", 0x3b1}, Named{"amalg", 0x2a3f}, Named{"amp", 0x26}, Named{"and", 0x2227},
    Named{"ang", 0x2220}, Named{"angmsd", 0x2221}, Named{"angsph", 0x2222},
    Named{"angst", 0x212b}, Named{"ap", 0x2248}, Named{"ape", 0x224a}, Named{"apos", 0x27},
    Named{"aring", 0xe5}, Named{"ast", 0x2a}, Named{"asymp", 0x2248}, Named{"atilde", 0xe3},
    Named{"auml", 0xe4}, Named{"barwed", 0x2305}, Named{"bcong", 0x224c}, Named{"bcy", 0x431},
    Named{"bdquo", 0x201e}, Named{"becaus", 0x2235}, Named{"bepsi", 0x3f6},
    Named{"bernou", 0x212c}, Named{"beta", 0x3b2}, Named{"beth", 0x2136}, Named{"blank", 0x2423},
    Named{"blk12", 0x2592}, Named{"blk14", 0x2591}, Named{"blk34", 0x2593},
    Named{"block", 0x2588}, Named{"bottom", 0x22a5}, Named{"bowtie", 0x22c8},
    Named{"boxDL", 0x2557}, Named{"boxDR", 0x2554}, Named{"boxDl", 0x2556},
    Named{"boxDr", 0x2553}, Named{"boxH", 0x2550}, Named{"boxHD", 0x2566}, Named{"boxHU", 0x2569},
    Named{"boxHd", 0x2564}, Named{"boxHu", 0x2567}, Named{"boxUL", 0x255d},
    Named{"boxUR", 0x255a}, Named{"boxUl", 0x255c}, Named{"boxUr", 0x2559}, Named{"boxV", 0x2551},
    Named{"boxVH", 0x256c}, Named{"boxVL", 0x2563}, Named{"boxVR", 0x2560},
    Named{"boxVh", 0x256b}, Named{"boxVl", 0x2562}, Named{"boxVr", 0x255f},
    Named{"boxdL", 0x2555}, Named{"boxdR", 0x2552}, Named{"boxdl", 0x2510},
    Named{"boxdr", 0x250c}, Named{"boxh", 0x2500}, Named{"boxhD", 0x2565}, Named{"boxhU", 0x2568},
    Named{"boxhd", 0x252c}, Named{"boxhu", 0x2534}, Named{"boxuL", 0x255b},
    Named{"boxuR", 0x2558}, Named{"boxul", 0x2518}, Named{"boxur", 0x2514}, Named{"boxv", 0x2502},
    Named{"boxvH", 0x256a}, Named{"boxvL", 0x2561}, Named{"boxvR", 0x255e},
    Named{"boxvh", 0x253c}, Named{"boxvl", 0x2524}, Named{"boxvr", 0x251c},
    Named{"bprime", 0x2035}, Named{"breve", 0x2d8}, Named{"brvbar", 0xa6}, Named{"bsim", 0x223d},
    Named{"bsime", 0x22cd}, Named{"bsol", 0x5c}, Named{"bull", 0x2022}, Named{"bump", 0x224e},
    Named{"bumpe", 0x224f}, Named{"cap", 0x2229}, Named{"caret", 0x2041}, Named{"caron", 0x2c7},
    Named{"ccedil", 0xe7}, Named{"cedil", 0xb8}, Named{"cent", 0xa2}, Named{"chcy", 0x447},
    Named{"check", 0x2713}, Named{"chi", 0x3c7}, Named{"cir", 0x25cb}, Named{"circ", 0x2c6},
    Named{"cire", 0x2257}, Named{"clubs", 0x2663}, Named{"colon", 0x3a}, Named{"colone", 0x2254},
    Named{"comma", 0x2c}, Named{"commat", 0x40}, Named{"comp", 0x2201}, Named{"compfn", 0x2218},
    Named{"cong", 0x2245}, Named{"conint", 0x222e}, Named{"coprod", 0x2210}, Named{"copy", 0xa9},
    Named{"copysr", 0x2117}, Named{"crarr", 0x21b5}, Named{"cross", 0x2717},
    Named{"cuepr", 0x22de}, Named{"cuesc", 0x22df}, Named{"cup", 0x222a}, Named{"curren", 0xa4},
    Named{"cuvee", 0x22ce}, Named{"cuwed", 0x22cf}, Named{"dArr", 0x21d3},
    Named{"dagger", 0x2020}, Named{"daleth", 0x2138}, Named{"darr", 0x2193},
    Named{"dash", 0x2010}, Named{"dashv", 0x22a3}, Named{"dblac", 0x2dd}, Named{"dcy", 0x434},
    Named{"deg", 0xb0}, Named{"delta", 0x3b4}, Named{"diam", 0x22c4}, Named{"diams", 0x2666},
    Named{"die", 0xa8}, Named{"divide", 0xf7}, Named{"divonx", 0x22c7}, Named{"djcy", 0x452},
    Named{"dlcorn", 0x231e}, Named{"dlcrop", 0x230d}, Named{"dollar", 0x24}, Named{"dot", 0x2d9},
    Named{"drcorn", 0x231f}, Named{"drcrop", 0x230c}, Named{"dscy", 0x455}, Named{"dtri", 0x25bf},
    Named{"dtrif", 0x25be}, Named{"dzcy", 0x45f}, Named{"eDot", 0x2251}, Named{"eacute", 0xe9},
    Named{"ecir", 0x2256}, Named{"ecirc", 0xea}, Named{"ecolon", 0x2255}, Named{"ecy", 0x44d},
    Named{"efDot", 0x2252}, Named{"egrave", 0xe8}, Named{"egs", 0x2a96}, Named{"ell", 0x2113},
    Named{"els", 0x2a95}, Named{"empty", 0x2205}, Named{"emsp", 0x2003}, Named{"emsp13", 0x2004},
    Named{"emsp14", 0x2005}, Named{"ensp", 0x2002}, Named{"epsi", 0x3f5}, Named{"epsilon", 0x3b5},
    Named{"epsiv", 0x3b5}, Named{"equals", 0x3d}, Named{"equiv", 0x2261}, Named{"erDot", 0x2253},
    Named{"esdot", 0x2250}, Named{"eta", 0x3b7}, Named{"eth", 0xf0}, Named{"euml", 0xeb},
    Named{"euro", 0x20ac}, Named{"excl", 0x21}, Named{"exist", 0x2203}, Named{"fcy", 0x444},
    Named{"female", 0x2640}, Named{"ffilig", 0xfb03}, Named{"fflig", 0xfb00},
    Named{"ffllig", 0xfb04}, Named{"filig", 0xfb01}, Named{"flat", 0x266d},
    Named{"fllig", 0xfb02}, Named{"fnof", 0x192}, Named{"forall", 0x2200}, Named{"fork", 0x22d4},
    Named{"frac12", 0xbd}, Named{"frac13", 0x2153}, Named{"frac14", 0xbc},
    Named{"frac15", 0x2155}, Named{"frac16", 0x2159}, Named{"frac18", 0x215b},
    Named{"frac23", 0x2154}, Named{"frac25", 0x2156}, Named{"frac34", 0xbe},
    Named{"frac35", 0x2157}, Named{"frac38", 0x215c}, Named{"frac45", 0x2158},
    Named{"frac56", 0x215a}, Named{"frac58", 0x215d}, Named{"frac78", 0x215e},
    Named{"frasl", 0x2044}, Named{"frown", 0x2322}, Named{"gE", 0x2267}, Named{"gEl", 0x2a8c},
    Named{"gamma", 0x3b3}, Named{"gammad", 0x3dd}, Named{"gap", 0x2a86}, Named{"gcy", 0x433},
    Named{"ge", 0x2265}, Named{"gel", 0x22db}, Named{"ges", 0x2a7e}, Named{"gimel", 0x2137},
    Named{"gjcy", 0x453}, Named{"gl", 0x2277}, Named{"grave", 0x60}, Named{"gsim", 0x2273},
    Named{"gt", 0x3e}, Named{"hArr", 0x21d4}, Named{"hairsp", 0x200a}, Named{"half", 0xbd},
    Named{"hamilt", 0x210b}, Named{"hardcy", 0x44a}, Named{"harr", 0x2194},
    Named{"hearts", 0x2665}, Named{"hellip", 0x2026}, Named{"horbar", 0x2015},
    Named{"hybull", 0x2043}, Named{"hyphen", 0x2010}, Named{"iacute", 0xed}, Named{"icirc", 0xee},
    Named{"icy", 0x438}, Named{"iecy", 0x435}, Named{"iexcl", 0xa1}, Named{"iff", 0x21d4},
    Named{"igrave", 0xec}, Named{"image", 0x2111}, Named{"incare", 0x2105},
    Named{"infin", 0x221e}, Named{"inodot", 0x131}, Named{"int", 0x222b}, Named{"intcal", 0x22ba},
    Named{"iocy", 0x451}, Named{"iota", 0x3b9}, Named{"iquest", 0xbf}, Named{"isin", 0x2208},
    Named{"iukcy", 0x456}, Named{"iuml", 0xef}, Named{"jcy", 0x439}, Named{"jsercy", 0x458},
    Named{"jukcy", 0x454}, Named{"kappa", 0x3ba}, Named{"kappav", 0x3f0}, Named{"kcy", 0x43a},
    Named{"khcy", 0x445}, Named{"kjcy", 0x45c}, Named{"lArr", 0x21d0}, Named{"lE", 0x2266},
    Named{"lEg", 0x2a8b}, Named{"lagran", 0x2112}, Named{"lambda", 0x3bb}, Named{"lang", 0x2329},
    Named{"lap", 0x2a85}, Named{"laquo", 0xab}, Named{"larr", 0x2190}, Named{"lceil", 0x2308},
    Named{"lcub", 0x7b}, Named{"lcy", 0x43b}, Named{"ldquo", 0x201c}, Named{"ldquor", 0x201e},
    Named{"le", 0x2264}, Named{"leg", 0x22da}, Named{"les", 0x2a7d}, Named{"lfloor", 0x230a},
    Named{"lg", 0x2276}, Named{"lhblk", 0x2584}, Named{"ljcy", 0x459}, Named{"lowast", 0x2217},
    Named{"lowbar", 0x5f}, Named{"loz", 0x25ca}, Named{"lozf", 0x29eb}, Named{"lpar", 0x28},
    Named{"lrm", 0x200e}, Named{"lsaquo", 0x2039}, Named{"lsim", 0x2272}, Named{"lsqb", 0x5b},
    Named{"lsquo", 0x2018}, Named{"lsquor", 0x201a}, Named{"lt", 0x3c}, Named{"lthree", 0x22cb},
    Named{"ltimes", 0x22c9}, Named{"ltri", 0x25c3}, Named{"ltrie", 0x22b4},
    Named{"ltrif", 0x25c2}, Named{"macr", 0xaf}, Named{"male", 0x2642}, Named{"malt", 0x2720},
    Named{"marker", 0x25ae}, Named{"mcy", 0x43c}, Named{"mdash", 0x2014}, Named{"micro", 0xb5},
    Named{"mid", 0x2223}, Named{"middot", 0xb7}, Named{"minus", 0x2212}, Named{"minusb", 0x229f},
    Named{"mldr", 0x2026}, Named{"mnplus", 0x2213}, Named{"models", 0x22a7}, Named{"mu", 0x3bc},
    Named{"nabla", 0x2207}, Named{"natur", 0x266e}, Named{"nbsp", 0xa0}, Named{"ncy", 0x43d},
    Named{"ndash", 0x2013}, Named{"ne", 0x2260}, Named{"nexist", 0x2204}, Named{"ni", 0x220b},
    Named{"njcy", 0x45a}, Named{"nldr", 0x2025}, Named{"not", 0xac}, Named{"notin", 0x2209},
    Named{"nsub", 0x2284}, Named{"ntilde", 0xf1}, Named{"nu", 0x3bd}, Named{"num", 0x23},
    Named{"numero", 0x2116}, Named{"numsp", 0x2007}, Named{"oS", 0x24c8}, Named{"oacute", 0xf3},
    Named{"oast", 0x229b}, Named{"ocir", 0x229a}, Named{"ocirc", 0xf4}, Named{"ocy", 0x43e},
    Named{"odash", 0x229d}, Named{"odot", 0x2299}, Named{"oelig", 0x153}, Named{"ogon", 0x2db},
    Named{"ograve", 0xf2}, Named{"ohm", 0x2126}, Named{"oline", 0x203e}, Named{"omega", 0x3c9},
    Named{"omicron", 0x3bf}, Named{"ominus", 0x2296}, Named{"oplus", 0x2295}, Named{"or", 0x2228},
    Named{"order", 0x2134}, Named{"ordf", 0xaa}, Named{"ordm", 0xba}, Named{"oslash", 0xf8},
    Named{"osol", 0x2298}, Named{"otilde", 0xf5}, Named{"otimes", 0x2297}, Named{"ouml", 0xf6},
    Named{"par", 0x2225}, Named{"para", 0xb6}, Named{"part", 0x2202}, Named{"pcy", 0x43f},
    Named{"percnt", 0x25}, Named{"period", 0x2e}, Named{"permil", 0x2030}, Named{"perp", 0x22a5},
    Named{"phi", 0x3c6}, Named{"phiv", 0x3c6}, Named{"phmmat", 0x2133}, Named{"phone", 0x260e},
    Named{"pi", 0x3c0}, Named{"piv", 0x3d6}, Named{"planck", 0x210f}, Named{"plus", 0x2b},
    Named{"plusb", 0x229e}, Named{"plusdo", 0x2214}, Named{"plusmn", 0xb1}, Named{"pound", 0xa3},
    Named{"pr", 0x227a}, Named{"prap", 0x2ab7}, Named{"pre", 0x2aaf}, Named{"prime", 0x2032},
    Named{"prod", 0x220f}, Named{"prop", 0x221d}, Named{"prsim", 0x227e}, Named{"psi", 0x3c8},
    Named{"puncsp", 0x2008}, Named{"quest", 0x3f}, Named{"quot", 0x22}, Named{"rArr", 0x21d2},
    Named{"radic", 0x221a}, Named{"rang", 0x232a}, Named{"raquo", 0xbb}, Named{"rarr", 0x2192},
    Named{"rceil", 0x2309}, Named{"rcub", 0x7d}, Named{"rcy", 0x440}, Named{"rdquo", 0x201d},
    Named{"rdquor", 0x201d}, Named{"real", 0x211c}, Named{"rect", 0x25ad}, Named{"reg", 0xae},
    Named{"rfloor", 0x230b}, Named{"rho", 0x3c1}, Named{"rhov", 0x3f1}, Named{"ring", 0x2da},
    Named{"rlm", 0x200f}, Named{"rpar", 0x29}, Named{"rpargt", 0x2994}, Named{"rsaquo", 0x203a},
    Named{"rsqb", 0x5d}, Named{"rsquo", 0x2019}, Named{"rsquor", 0x2019}, Named{"rthree", 0x22cc},
    Named{"rtimes", 0x22ca}, Named{"rtri", 0x25b9}, Named{"rtrie", 0x22b5},
    Named{"rtrif", 0x25b8}, Named{"rx", 0x211e}, Named{"sbquo", 0x201a}, Named{"sc", 0x227b},
    Named{"scap", 0x2ab8}, Named{"scaron", 0x161}, Named{"sccue", 0x227d}, Named{"sce", 0x2ab0},
    Named{"scsim", 0x227f}, Named{"scy", 0x441}, Named{"sdot", 0x22c5}, Named{"sdotb", 0x22a1},
    Named{"sect", 0xa7}, Named{"semi", 0x3b}, Named{"setmn", 0x2216}, Named{"sext", 0x2736},
    Named{"sfrown", 0x2322}, Named{"sharp", 0x266f}, Named{"shchcy", 0x449}, Named{"shcy", 0x448},
    Named{"shy", 0xad}, Named{"sigma", 0x3c3}, Named{"sigmaf", 0x3c2}, Named{"sigmav", 0x3c2},
    Named{"sim", 0x223c}, Named{"sime", 0x2243}, Named{"smid", 0x2223}, Named{"smile", 0x2323},
    Named{"softcy", 0x44c}, Named{"sol", 0x2f}, Named{"spades", 0x2660}, Named{"spar", 0x2225},
    Named{"sqcap", 0x2293}, Named{"sqcup", 0x2294}, Named{"sqsub", 0x228f},
    Named{"sqsube", 0x2291}, Named{"sqsup", 0x2290}, Named{"sqsupe", 0x2292},
    Named{"squ", 0x25a1}, Named{"square", 0x25a1}, Named{"squf", 0x25aa}, Named{"ssetmn", 0x2216},
    Named{"ssmile", 0x2323}, Named{"sstarf", 0x22c6}, Named{"star", 0x2606},
    Named{"starf", 0x2605}, Named{"sub", 0x2282}, Named{"subE", 0x2ac5}, Named{"sube", 0x2286},
    Named{"sum", 0x2211}, Named{"sung", 0x266a}, Named{"sup", 0x2283}, Named{"sup1", 0xb9},
    Named{"sup2", 0xb2}, Named{"sup3", 0xb3}, Named{"supE", 0x2ac6}, Named{"supe", 0x2287},
    Named{"szlig", 0xdf}, Named{"target", 0x2316}, Named{"tau", 0x3c4}, Named{"tcy", 0x442},
    Named{"tdot", 0x20db}, Named{"telrec", 0x2315}, Named{"there4", 0x2234},
    Named{"theta", 0x3b8}, Named{"thetasym", 0x3d1}, Named{"thetav", 0x3d1},
    Named{"thinsp", 0x2009}, Named{"thkap", 0x2248}, Named{"thksim", 0x223c},
    Named{"thorn", 0xfe}, Named{"tilde", 0x2dc}, Named{"times", 0xd7}, Named{"timesb", 0x22a0},
    Named{"top", 0x22a4}, Named{"tprime", 0x2034}, Named{"trade", 0x2122}, Named{"trie", 0x225c},
    Named{"tscy", 0x446}, Named{"tshcy", 0x45b}, Named{"twixt", 0x226c}, Named{"uArr", 0x21d1},
    Named{"uacute", 0xfa}, Named{"uarr", 0x2191}, Named{"ubrcy", 0x45e}, Named{"ucirc", 0xfb},
    Named{"ucy", 0x443}, Named{"ugrave", 0xf9}, Named{"uhblk", 0x2580}, Named{"ulcorn", 0x231c},
    Named{"ulcrop", 0x230f}, Named{"uml", 0xa8}, Named{"uplus", 0x228e}, Named{"upsi", 0x3c5},
    Named{"upsih", 0x3d2}, Named{"upsilon", 0x3c5}, Named{"urcorn", 0x231d},
    Named{"urcrop", 0x230e}, Named{"utri", 0x25b5}, Named{"utrif", 0x25b4}, Named{"uuml", 0xfc},
    Named{"vDash", 0x22a8}, Named{"vcy", 0x432}, Named{"vdash", 0x22a2}, Named{"veebar", 0x22bb},
    Named{"vellip", 0x22ee}, Named{"verbar", 0x7c}, Named{"vltri", 0x22b2},
    Named{"vprop", 0x221d}, Named{"vrtri", 0x22b3}, Named{"wedgeq", 0x2259},
    Named{"weierp", 0x2118}, Named{"wreath", 0x2240}, Named{"xcirc", 0x25ef},
    Named{"xdtri", 0x25bd}, Named{"xi", 0x3be}, Named{"xutri", 0x25b3}, Named{"yacute", 0xfd},
    Named{"yacy", 0x44f}, Named{"ycy", 0x44b}, Named{"yen", 0xa5}, Named{"yicy", 0x457},
    Named{"yucy", 0x44e}, Named{"yuml", 0xff}, Named{"zcy", 0x437}, Named{"zeta", 0x3b6},
    Named{"zhcy", 0x436}, Named{"zwj", 0x200d}, Named{"zwnj", 0x200c},
};
// clang-format on

bool is_name_char(char one) {
  return (one >= 'a' && one <= 'z') || (one >= 'A' && one <= 'Z') || (one >= '0' && one <= '9') ||
         one == '_' || one == '-' || one == ':';
}

/// The value of a digit of that base, or none.
std::optional<unsigned> digit(char one, unsigned base) {
  if (one >= '0' && one <= '9') return static_cast<unsigned>(one - '0');
  if (base == 16 && one >= 'a' && one <= 'f') return static_cast<unsigned>(one - 'a' + 10);
  if (base == 16 && one >= 'A' && one <= 'F') return static_cast<unsigned>(one - 'A' + 10);
  return std::nullopt;
}

std::string ascii_reference(std::uint32_t code_point) {
  constexpr std::string_view hex = "0123456789abcdef";
  std::string out = "&#x";
  for (int shift = 12; shift >= 0; shift -= 4) out += hex[(code_point >> shift) & 15];
  return out + ';';
}

/// Latin-1 but its last character as a byte, others as a reference of one form.
std::string shown(std::uint32_t code_point) {
  if (code_point < 0xff) return std::string(1, static_cast<char>(code_point));
  return ascii_reference(code_point);
}

Entity numbered(std::string_view text) {
  std::size_t at = 2;
  const bool hex = at < text.size() && (text[at] == 'x' || text[at] == 'X');
  if (hex) ++at;
  std::uint32_t value = 0;  // 32 bits of it count, as clamscan counts
  for (; at < text.size(); ++at) {
    const auto one = digit(text[at], hex ? 16 : 10);
    if (!one) break;
    value = value * (hex ? 16u : 10u) + *one;
  }
  if (at == text.size()) return {at, ""};
  const bool closed = text[at] == ';';
  Entity out{closed ? at + 1 : at, "", value, closed};
  const std::uint32_t low = value & 0xffff;
  if (low != 0 || value == 0) out.shown = shown(low);
  if (closed && value < 0x80) out.shown = ascii_lower(out.shown);
  return out;
}

}  // namespace

std::optional<std::uint16_t> named_entity(std::string_view name) {
  const auto found =
      std::lower_bound(std::begin(entities), std::end(entities), name,
                       [](const Named& one, std::string_view wanted) { return one.name < wanted; });
  if (found == std::end(entities) || found->name != name) return std::nullopt;
  return found->code_point;
}

Entity read_entity(std::string_view text) {
  if (text.size() > 1 && text[1] == '#') return numbered(text);
  std::size_t at = 1;
  while (at < text.size() && is_name_char(text[at])) ++at;
  const std::string_view name = text.substr(1, at - 1);
  const bool at_end = at == text.size();
  if (at_end && name.empty()) return {at, ""};
  const bool closed = !at_end && text[at] == ';';
  const std::size_t size = closed ? at + 1 : at;
  if (closed || at_end) {
    if (const auto known = named_entity(name)) return {size, shown(*known)};
  }
  return {size, ascii_lower(text.substr(0, size))};
}

}  // namespace antidotary::unpack
