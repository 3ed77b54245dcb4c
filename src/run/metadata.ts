/** Addresses at which clouds answer their own machines: with credentials of the machine's role, whoever asks. */
export const METADATA_ADDRESSES = ["169.254.169.254", "fd00:ec2::254", "100.100.100.200", "168.63.129.16"];
