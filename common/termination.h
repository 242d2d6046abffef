#ifndef EDS_COMMON_TERMINATION_H_
#define EDS_COMMON_TERMINATION_H_

namespace eds {

// Keeps SIGINT and SIGTERM for WaitForTerminationSignal. To be called before any
// thread is started.
void BlockTerminationSignals();

// Blocks until the process gets SIGINT or SIGTERM; answers which.
int WaitForTerminationSignal();

// Ends the process with exit code 0 after `seconds`, however far its orderly end has
// come. What must last is durable already; who asked for the end must not wait for a
// server that does not answer.
void EndWithin(unsigned seconds);

}  // namespace eds

#endif  // EDS_COMMON_TERMINATION_H_
