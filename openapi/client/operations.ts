// Types read off the document: which paths have which method, and what each takes and answers.

import type { components, paths } from "./schema.js";

export type Problem = components["schemas"]["Problem"];
/** Every code the service knows today. It may learn more: treat an unknown one by its status. */
export type ProblemCode = components["schemas"]["ProblemCode"];
export type TokenPair = components["schemas"]["TokenPair"];

/** The methods of the API; `wx.request` has no PATCH. */
export type Method = "GET" | "POST" | "PUT" | "DELETE";

type OperationAt<P extends keyof paths, M extends Method> = Exclude<paths[P][Lowercase<M>], undefined>;
type Has<P extends keyof paths, M extends Method> = [OperationAt<P, M>] extends [never] ? false : true;

/** The paths that have an operation of this method. */
export type PathOf<M extends Method> = { [P in keyof paths]: Has<P, M> extends true ? P : never }[keyof paths];

type Parameters<O, K extends string> = O extends { parameters: { [N in K]: infer T } } ? T : undefined;
type OptionalParameters<O, K extends string> = O extends { parameters: { [N in K]?: infer T } } ? T : undefined;
type Json<T> = T extends { content: { "application/json": infer B } } ? B : undefined;

type PathPart<O> = Parameters<O, "path"> extends object ? { path: Parameters<O, "path"> } : { path?: never };
type QueryPart<O> =
  Parameters<O, "query"> extends object
    ? { query: Parameters<O, "query"> }
    : OptionalParameters<O, "query"> extends object | undefined
      ? { query?: Exclude<OptionalParameters<O, "query">, undefined> }
      : { query?: never };
type BodyPart<O> = O extends { requestBody: { content: { "application/json": infer B } } } ? { body: B } : { body?: never };
type VersionPart<O> = Parameters<O, "header"> extends { "If-Match": string }
  ? {
      /** The ETag of the version the user has seen. */
      ifMatch: string;
    }
  : { ifMatch?: never };
type WritePart<M extends Method> = M extends "POST"
  ? {
      /**
       * Names the user's intent (`"claim:" + attendanceId`), so that pressing the button again after
       * a lost answer is the same write. Without it, the same path and body are the same intent.
       */
      intent?: string;
    }
  : { intent?: never };

/** What a call of an operation takes. */
export type CallOptions<P extends keyof paths, M extends Method> = PathPart<OperationAt<P, M>> &
  QueryPart<OperationAt<P, M>> &
  BodyPart<OperationAt<P, M>> &
  VersionPart<OperationAt<P, M>> &
  WritePart<M>;

/** The options may be left out when none is required. */
export type CallArguments<P extends keyof paths, M extends Method> =
  Record<string, never> extends CallOptions<P, M> ? [options?: CallOptions<P, M>] : [options: CallOptions<P, M>];

type Successes<R> = { [S in keyof R]: S extends 200 | 201 | 202 | 204 ? Json<R[S]> : never }[keyof R];

/** The body of a success. */
export type Data<P extends keyof paths, M extends Method> =
  OperationAt<P, M> extends { responses: infer R } ? Successes<R> : never;

/** What came of a call. Switch on `kind`, then on `problem.code`. */
export type Result<T> =
  | {
      kind: "ok";
      status: number;
      data: T;
      /** The version read or written, for the next PUT. */
      etag: string | undefined;
      /** This is the stored answer to an earlier sending of the same write. */
      replayed: boolean;
    }
  | { kind: "problem"; status: number; problem: Problem }
  /** No answer, or none of ours: whether a write took effect is not known. Its key is kept, so try it again. */
  | { kind: "unknown"; reason: string };
