/** What protobufjs would generate from a .proto file. */
import { Root } from 'protobufjs/light';
import { patchProtobufRoot } from '@temporalio/common/lib/protobufs';

const string = (id: number) => ({ type: 'string', id });

const described = Root.fromJSON({
  nested: {
    foo: {
      nested: {
        ProtoInput: { fields: { name: string(1), age: { type: 'int32', id: 2 } } },
        ProtoResult: { fields: { sentence: string(1) } },
      },
    },
  },
});

export const root = patchProtobufRoot(described as unknown as Record<string, unknown>);

export const ProtoInput = described.lookupType('foo.ProtoInput');
export const ProtoResult = described.lookupType('foo.ProtoResult');
