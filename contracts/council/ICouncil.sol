// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

/// @dev Who elects a seat.
/// @param Compute Contribution units, held for a year.
/// @param Stakers Units of stake.
/// @param Developers One member, one vote.
enum Constituency {
    Compute,
    Stakers,
    Developers
}

/// @dev A seat; zero member: vacant.
/// @param term Which of the member's consecutive terms: 1 or 2.
struct Seat {
    address member;
    uint40 until;
    uint8 term;
}

/// @title ICouncil
/// @notice Nine seats: three constituencies with three each. Every six months the seats of one cohort are elected anew.
/// @dev COHORTS: seats 0 and 1 of each constituency (cohort 0), seat 2 (cohort 1); a term is a year. Elections: `begin` by anyone once due;
/// 7 days of candidacy; 14 days of votes, of full weight in the first 7, falling linearly to zero after; 3 days; `install` by anyone.
/// The weight of a vote is what the voter had itself when the election began. The k candidates with the most votes win; ties go to who
/// stood first. A candidate needs `MIN_BACKING_BPS` = 20 (0.2 %) of the constituency's weight. Seats without a winner stay vacant. At
/// most two consecutive terms. SUNSET: two years after the deployment, or after the last `renew`, the council has no power.
interface ICouncil {
    event ElectionBegan(uint256 indexed election, uint256 cohort, uint256 snapshot);
    event CandidateStood(uint256 indexed election, Constituency indexed constituency, address indexed candidate);
    event CouncilVoteCast(uint256 indexed election, address indexed voter, address indexed candidate, uint256 weight);
    event SeatTaken(Constituency indexed constituency, uint256 indexed seat, address indexed member, uint256 until);
    event SeatVacated(Constituency indexed constituency, uint256 indexed seat, address indexed member);
    event CouncilRenewed(uint256 until);

    error CouncilNotDue(uint256 dueAt, uint256 timestamp);
    error CouncilWrongTime(uint256 election, uint256 opensAt, uint256 closesAt, uint256 timestamp);
    error CouncilCannotStand(address account, Constituency constituency, uint256 weight, uint256 needed);
    error CouncilSeated(address account, Constituency constituency, uint256 seat);
    error CouncilTermLimit(address account);
    error CouncilNoVotes(address voter, Constituency constituency, uint256 weight, uint256 used);
    error CouncilUnknownCandidate(uint256 election, Constituency constituency, address candidate);
    error CouncilNotMember(address account);
    error CouncilFull(Constituency constituency, uint256 maximum);

    /// @notice Begins the next election once it is due. Open to anyone.
    function begin() external returns (uint256 election);

    /// @notice Stands in an election; not with a seat that is not elected in it. At most `MAX_CANDIDATES` = 32 a constituency: with more, the one with least own weight makes place.
    function stand(Constituency constituency) external;

    /// @notice Gives `weight` of the caller's votes (its units at the snapshot) to a candidate; may be called repeatedly.
    function vote(Constituency constituency, address candidate, uint256 weight) external;

    /// @notice Seats the winners of a finished election. Open to anyone.
    function install() external;

    /// @notice Gives up the caller's seat.
    function resign() external;

    /// @notice Removes a member. Restricted to DAO.
    function dismiss(Constituency constituency, uint256 seat) external;

    /// @notice Renews the powers for two years. Restricted to DAO.
    function renew() external;

    function isMember(address account) external view returns (bool);
    function constituencyOf(address account) external view returns (bool member, Constituency constituency);
    function seatOf(Constituency constituency, uint256 seat) external view returns (Seat memory);

    /// @notice Seats that are filled, per constituency.
    function filled() external view returns (uint256[3] memory seats);

    /// @notice Second at which the powers end unless renewed.
    function sunset() external view returns (uint256 timestamp);
}
