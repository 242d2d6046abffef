#ifndef EDS_COMMON_FAILPOINT_H_
#define EDS_COMMON_FAILPOINT_H_

namespace eds {

// Defined in failpoints_on.cc, which binaries for tests alone link.
__attribute__((weak)) void FailpointReached(const char* name);

// Marks a moment between two steps, by a name, at which a test may end or stop the
// process. Does nothing in any other binary.
inline void Failpoint(const char* name) {
  if (FailpointReached != nullptr) FailpointReached(name);
}

}  // namespace eds

#endif  // EDS_COMMON_FAILPOINT_H_
