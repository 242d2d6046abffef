#include "tools/cli/mask.h"

#include <vector>

#include "eds/v1/config_service.pb.h"
#include "eds/v1/options.pb.h"

namespace eds::cli {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

void MaskField(Message& message, const FieldDescriptor& field) {
  const Reflection& reflection = *message.GetReflection();
  const bool is_text = field.type() == FieldDescriptor::TYPE_STRING;
  if (!is_text) {
    reflection.ClearField(&message, &field);
  } else if (!field.is_repeated()) {
    reflection.SetString(&message, &field, kMask);
  } else {
    for (int i = 0; i < reflection.FieldSize(message, &field); ++i) {
      reflection.SetRepeatedString(&message, &field, i, kMask);
    }
  }
}

void MaskChildren(Message& message, const FieldDescriptor& field) {
  const Reflection& reflection = *message.GetReflection();
  if (!field.is_repeated()) {
    MaskSecrets(*reflection.MutableMessage(&message, &field));
    return;
  }
  for (int i = 0; i < reflection.FieldSize(message, &field); ++i) {
    MaskSecrets(*reflection.MutableRepeatedMessage(&message, &field, i));
  }
}

// The service does not answer secret values, so there may be nothing to overwrite.
void MaskEntry(v1::ConfigEntry& entry) {
  if (entry.secret()) entry.set_value(kMask);
}

}  // namespace

void MaskSecrets(Message& message) {
  if (auto* entry = dynamic_cast<v1::ConfigEntry*>(&message)) return MaskEntry(*entry);
  std::vector<const FieldDescriptor*> fields;
  message.GetReflection()->ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    if (field->options().GetExtension(v1::sensitive)) {
      MaskField(message, *field);
    } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      MaskChildren(message, *field);
    }
  }
}

}  // namespace eds::cli
