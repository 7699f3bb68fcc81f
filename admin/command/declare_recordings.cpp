#include "admin/command/arguments.hpp"
#include "admin/command/examples.hpp"

namespace ringfence::admin {
namespace {

void add_folder(CLI::App& app, RecordingPlace& place) {
  app.add_option("--recordings", place.folder,
                 "folder of all recordings; default: recordings in the state folder")
      ->type_name("DIR");
}

}  // namespace

void declare_recordings(CLI::App& app, Arguments& arguments) {
  CLI::App* recording = app.add_subcommand("recording", "recorded calls");
  recording->require_subcommand(1, 1);
  recording->footer(std::string(kRecordingExamples));
  arguments.recording_list = declare_command(*recording, arguments, "list", "what there is");
  arguments.recording_list->footer(std::string(kRecordingExamples));
  add_folder(*arguments.recording_list, arguments.recording_list_command.place);
  RecordingVerifyCommand& verify = arguments.recording_verify_command;
  arguments.recording_verify = declare_command(*recording, arguments, "verify",
                                               "whether one is as it was recorded and signed");
  arguments.recording_verify->footer(std::string(kRecordingExamples));
  arguments.recording_verify
      ->add_option("recording", verify.recording, "as list shows it, its folder, or a file in it")
      ->type_name("FILE")
      ->required();
  add_folder(*arguments.recording_verify, verify.place);
  arguments.recording_verify
      ->add_option("--key", verify.place.key,
                   "the recorder's public key; default: recorder.pem in the folder of recordings")
      ->type_name("FILE");
}

}  // namespace ringfence::admin
