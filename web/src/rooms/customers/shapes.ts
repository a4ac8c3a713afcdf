/** A customer as the desk sees him; phone and address come masked. */
export interface Customer {
  id: string;
  name: string;
  avatar: string | null;
  known: boolean;
  external_id: string | null;
  level: string;
  phone: string;
  city: string;
  address?: string;
  profile: Record<string, string>;
  tags: string[];
  remarks: { id: string; at: number; by: string; name: string; text: string }[];
  trade: string | null;
  orders_count: number;
  spent: string;
  created_at: number;
  seen_at: number;
  blocked: boolean;
}
