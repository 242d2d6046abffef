#ifndef EDS_COMMON_VERSION_H_
#define EDS_COMMON_VERSION_H_

namespace eds {

// Version of all programs of this tree.
inline constexpr char kVersion[] = "0.1.0";

}  // namespace eds

#endif  // EDS_COMMON_VERSION_H_
