/** Fields that stand in clear in the audit log: names, numbers, addresses, public keys. Never what lets anybody in. */
import type { FieldDeclaration, FieldType } from "./plugin.ts";

export const plain = (type: FieldType, description: string): FieldDeclaration => ({
  type,
  description,
  plain: true,
});
