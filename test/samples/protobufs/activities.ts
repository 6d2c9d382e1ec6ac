import type { Message } from 'protobufjs/light';
import { ProtoResult } from './root';

export async function protoActivity(input: Message): Promise<Message> {
  const { name, age } = input.toJSON();
  return ProtoResult.create({ sentence: `${name} is ${age} years old.` });
}
