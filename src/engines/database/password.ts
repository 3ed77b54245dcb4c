/** Passwords as Vault makes them without a policy: 20 characters of letters, digits and `-`, at least one of each class (about 119 bits). */
import { randomInt } from "node:crypto";

const ALPHABET = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-";
const CLASSES = [/[a-z]/, /[A-Z]/, /[0-9]/, /-/];
const LENGTH = 20;

export function generatePassword(): string {
  for (;;) {
    let made = "";
    for (let i = 0; i < LENGTH; i++) made += ALPHABET[randomInt(ALPHABET.length)];
    if (CLASSES.every((one) => one.test(made))) return made;
  }
}
