"""C++ from Protocol Buffers definitions, by the system's protoc."""

# Where the distribution installs google/rpc/*.proto.
_GOOGLEAPIS = "/usr/share/gocode/src/github.com/gogo/googleapis"

def eds_cc_proto(name, srcs, deps = [], services = [], **kwargs):
    """A cc_library with the messages, and the gRPC services, of some .proto files.

    Args:
      name: name of the library.
      srcs: the .proto files, imported by their path below this folder.
      deps: libraries of the imported .proto files.
      services: those of srcs that define a service.
      **kwargs: passed on to the library.
    """
    headers = []
    sources = []
    for src in srcs:
        stem = src[:-len(".proto")]
        headers.append(stem + ".pb.h")
        sources.append(stem + ".pb.cc")
    for src in services:
        stem = src[:-len(".proto")]
        headers.append(stem + ".grpc.pb.h")
        sources.append(stem + ".grpc.pb.cc")

    root = native.package_name()
    compile = "protoc -I%s -I%s --cpp_out=$(RULEDIR) %s" % (
        root,
        _GOOGLEAPIS,
        " ".join(["%s/%s" % (root, src) for src in srcs]),
    )
    if services:
        compile += " && protoc -I%s -I%s --plugin=protoc-gen-grpc=/usr/bin/grpc_cpp_plugin --grpc_out=$(RULEDIR) %s" % (
            root,
            _GOOGLEAPIS,
            " ".join(["%s/%s" % (root, src) for src in services]),
        )
    native.genrule(
        name = name + "_generated",
        srcs = srcs + ["//proto:sources"],
        outs = headers + sources,
        cmd = compile,
        message = "Generating C++ from",
    )
    native.cc_library(
        name = name,
        srcs = sources,
        hdrs = headers,
        includes = ["."],
        deps = deps + ["@debian//:protobuf"] + (["@debian//:grpc++"] if services else []),
        # A message that is only reflected upon must still be linked in.
        alwayslink = True,
        **kwargs
    )
